//! Ids that end in a number, and are found by it.
//!
//! Turns ids such as `A0000012` or `4711` into places of an array: no text of them is kept, hashed, or compared with another.

use super::ids::NONE;

/// How many forms the ids of one space may have; further ones are looked up by their texts.
const FORMS_MAX: usize = 64;

/// The longest id that has a form.
const LENGTH_MAX: usize = 32;

/// The nodes of a form lie in an array where it is at most so many times as long as there are nodes.
const SPARSE: usize = 4;

/// The bytes of a word.
const WORD: usize = 8;

/// Eight zeros as digits.
const ZEROS: u64 = u64::from_le_bytes([b'0'; WORD]);

/// What ids have in common that differ in nothing but the digits at their end, of which the last eight count.
///
/// An id has one form only: what stands before fewer than eight digits does not end in one. So leading zeros tell ids apart: `A1` and
/// `A01` have different lengths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Form {
    length: usize,
    /// What stands before the last eight bytes.
    head: Box<[u8]>,
    /// Those of the last eight bytes that are digits.
    digits: u64,
    /// Those of them that stand before the digits, and what they are.
    mask: u64,
    front: u64,
    /// Whether the id stands in a table without quotes.
    plain: bool,
}

impl Form {
    /// The form of an id; `None` where it ends in no digit, or is long.
    fn of(id: &[u8]) -> Option<Self> {
        let length = id.len();
        let digits = id.iter().rev().take(WORD).take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 || length > LENGTH_MAX {
            return None;
        }
        let front = id.get(..length - digits)?;
        let plain = !front.iter().any(|byte| matches!(byte, b',' | b'\t' | b'"' | b'\r' | b'\n'));
        let head = id.get(..length.saturating_sub(WORD))?.into();
        let digits = last(digits);
        let mask = last(length.min(WORD)) & !digits;
        Some(Self { length, head, digits, mask, front: tail(id) & mask, plain })
    }

    /// The number at the end of an id; `None` where it has another form.
    #[inline]
    fn number(&self, id: &[u8]) -> Option<u32> {
        if id.len() != self.length {
            return None;
        }
        self.number_in(tail(id)).filter(|_| self.has_head(id))
    }

    /// Whether an id of this length begins as it must.
    #[inline]
    fn has_head(&self, id: &[u8]) -> bool {
        self.head.is_empty() || id.starts_with(&self.head)
    }

    /// The same where the last eight bytes are known; the head is not looked at.
    #[inline]
    fn number_in(&self, tail: u64) -> Option<u32> {
        let digits = tail & self.digits | ZEROS & !self.digits;
        if tail & self.mask == self.front { number(digits) } else { None }
    }
}

/// The bytes of a word that are its last ones in memory.
fn last(bytes: usize) -> u64 {
    u64::MAX.checked_shl(8 * u32::try_from(WORD - bytes).unwrap_or(0)).unwrap_or(0)
}

/// The last eight bytes of an id; zeros stand before a shorter one.
#[inline]
fn tail(id: &[u8]) -> u64 {
    if let Some(tail) = id.last_chunk() {
        return u64::from_le_bytes(*tail);
    }
    let mut tail = [0; WORD];
    for (to, from) in tail.iter_mut().rev().zip(id.iter().rev()) {
        *to = *from;
    }
    u64::from_le_bytes(tail)
}

/// The number that eight digits are, the first of them in the lowest byte; `None` where one is something else.
#[inline]
fn number(digits: u64) -> Option<u32> {
    const HIGH: u64 = u64::from_le_bytes([0xf0; WORD]);
    const SIX: u64 = u64::from_le_bytes([6; WORD]);
    let values = digits ^ ZEROS;
    if (values | values.wrapping_add(SIX)) & HIGH != 0 {
        return None;
    }
    // Neighbours are put together: of digits, of pairs, of fours.
    let pairs = values.wrapping_mul(10).wrapping_add(values >> 8) & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(100).wrapping_add(pairs >> 16) & 0x0000_ffff_0000_ffff;
    let whole = fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xffff_ffff;
    u32::try_from(whole).ok()
}

/// The ids of one form.
#[derive(Debug)]
pub(super) struct Numbered {
    form: Form,
    /// The least number.
    low: u32,
    nodes: Nodes,
}

/// Nodes by number.
#[derive(Debug)]
enum Nodes {
    /// They go up with the numbers: so many from the first one on.
    Run { first: u32, length: u32 },
    /// Each; [`NONE`] where there is none.
    Each(Vec<u32>),
}

impl Numbered {
    #[inline]
    fn node(&self, number: u32) -> u32 {
        let at = number.wrapping_sub(self.low);
        match &self.nodes {
            Nodes::Run { first, length } if at < *length => first.wrapping_add(at),
            Nodes::Run { .. } => NONE,
            Nodes::Each(nodes) => nodes.get(at as usize).copied().unwrap_or(NONE),
        }
    }

    /// The node whose id stands at `at`, and where that ends, if it has this form and ends with the field; [`NONE`] where no node has it.
    #[inline]
    pub(super) fn read(&self, bytes: &[u8], at: usize, delimiter: u8) -> Option<(u32, usize)> {
        let end = at + self.form.length;
        let behind = *bytes.get(end)?;
        let tail = bytes.get(end.checked_sub(WORD)?..end)?.first_chunk()?;
        let number = self.form.number_in(u64::from_le_bytes(*tail))?;
        let ends = behind == delimiter || behind == b'\n';
        if !ends || !self.form.plain || !self.form.has_head(bytes.get(at..end)?) {
            return None;
        }
        Some((self.node(number), end))
    }
}

/// The ids of a space whose forms are known, by form.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    /// By the length of the ids.
    forms: Vec<Vec<Numbered>>,
}

/// What came of adding an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Added {
    /// It was added.
    New,
    /// Another node has it.
    Taken,
    /// It has none of the forms.
    Other,
}

impl Numbers {
    /// The node with an id, [`NONE`] where there is none, with the ids of its form; `None` where it has none of the forms.
    #[inline]
    pub(super) fn find(&self, id: &[u8]) -> Option<(&Numbered, u32)> {
        let forms = self.forms.get(id.len())?;
        forms.iter().find_map(|numbered| {
            let number = numbered.form.number(id)?;
            Some((numbered, numbered.node(number)))
        })
    }

    /// Adds an id that was surveyed.
    pub(super) fn add(&mut self, id: &[u8], node: u32) -> Added {
        let Some(forms) = self.forms.get_mut(id.len()) else { return Added::Other };
        for numbered in forms {
            let Some(number) = numbered.form.number(id) else { continue };
            // No two of a run have the same number.
            let Nodes::Each(nodes) = &mut numbered.nodes else { return Added::New };
            return match nodes.get_mut(number.wrapping_sub(numbered.low) as usize) {
                Some(place) if *place == NONE => {
                    *place = node;
                    Added::New
                }
                Some(_) => Added::Taken,
                None => Added::Other,
            };
        }
        Added::Other
    }
}

/// The ids of one form as they came by.
#[derive(Debug)]
struct Tally {
    form: Form,
    low: u32,
    high: u32,
    count: usize,
    first: u32,
    /// The last number and node.
    last: (u32, u32),
    /// Whether node and number always went up by one.
    is_run: bool,
}

/// A look at all ids of a space, before they are added.
#[derive(Debug, Default)]
pub(super) struct Survey {
    tallies: Vec<Tally>,
    /// That of the last id.
    at: usize,
    /// How many ids there are.
    count: usize,
}

impl Survey {
    /// Takes a look at an id.
    pub(super) fn see(&mut self, id: &[u8], node: u32) {
        self.count += 1;
        if id.len() > LENGTH_MAX || !id.last().is_some_and(u8::is_ascii_digit) {
            return;
        }
        let number = |tally: &Tally| tally.form.number(id);
        if let Some(tally) = self.tallies.get_mut(self.at)
            && let Some(number) = number(tally)
        {
            return tally.see(number, node);
        }
        for (at, tally) in self.tallies.iter_mut().enumerate() {
            if let Some(number) = number(tally) {
                self.at = at;
                return tally.see(number, node);
            }
        }
        if self.tallies.len() < FORMS_MAX
            && let Some(form) = Form::of(id)
            && let Some(low) = form.number(id)
        {
            self.at = self.tallies.len();
            let (high, first, last) = (low, node, (low, node));
            self.tallies.push(Tally { form, low, high, count: 1, first, last, is_run: true });
        }
    }

    /// Room for the ids whose numbers lie close enough, and how many others there are.
    pub(super) fn finish(self) -> (Numbers, usize) {
        let (mut numbers, mut others) = (Numbers::default(), self.count);
        for Tally { form, low, high, count, first, is_run, .. } in self.tallies {
            let length = high - low + 1;
            let nodes = if is_run {
                Nodes::Run { first, length }
            } else if length as usize / SPARSE <= count {
                Nodes::Each(vec![NONE; length as usize])
            } else {
                continue;
            };
            others -= count;
            if numbers.forms.len() <= form.length {
                numbers.forms.resize_with(form.length + 1, Vec::new);
            }
            if let Some(forms) = numbers.forms.get_mut(form.length) {
                forms.push(Numbered { form, low, nodes });
            }
        }
        (numbers, others)
    }
}

impl Tally {
    fn see(&mut self, number: u32, node: u32) {
        let (last_number, last_node) = self.last;
        self.is_run &= number == last_number + 1 && node == last_node.wrapping_add(1);
        self.last = (number, node);
        (self.low, self.high) = (self.low.min(number), self.high.max(number));
        self.count += 1;
    }
}
