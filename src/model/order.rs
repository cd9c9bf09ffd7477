//! Equality, comparison and order of data, as openCypher has them: three relations that differ.
//!
//! Source: openCypher CIP2016-06-14 "Define comparability and equality as well as orderability and equivalence".

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use super::{Datum, DatumMap};

impl Datum {
    /// Whether two data are equal (`=`); `None` stands for unknown.
    ///
    /// Lists and maps are equal, different or unknown by their parts; values of different types are different.
    #[must_use]
    pub fn equals(&self, other: &Self) -> Option<bool> {
        match (self, other) {
            (Self::Null, _) | (_, Self::Null) => None,
            (Self::Bool(a), Self::Bool(b)) => Some(a == b),
            (Self::Str(a), Self::Str(b)) => Some(a == b),
            (Self::Node(a), Self::Node(b)) => Some(a == b),
            (Self::Rel(a), Self::Rel(b)) => Some(a == b),
            (Self::Path(a), Self::Path(b)) => Some(a == b),
            (Self::Temporal(a), Self::Temporal(b)) => Some(a == b),
            (Self::List(a), Self::List(b)) => {
                if a.len() != b.len() {
                    return Some(false);
                }
                all_equal(a.iter().zip(b.iter()))
            }
            (Self::Map(a), Self::Map(b)) => maps_equal(a, b),
            _ => Some(number_order(self, other) == Some(Some(Ordering::Equal))),
        }
    }

    /// Compares two data for `<`, `<=`, `>`, `>=`.
    ///
    /// Shape: outer `None` where the two cannot be compared (null, different types, maps, nodes, durations): the comparison is null.
    /// Inner `None` where they can, but neither is smaller (NaN): every comparison is false.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Option<Option<Ordering>> {
        match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => Some(Some(a.cmp(b))),
            (Self::Str(a), Self::Str(b)) => Some(Some(a.cmp(b))),
            (Self::List(a), Self::List(b)) => {
                for (x, y) in a.iter().zip(b.iter()) {
                    match x.compare(y)? {
                        Some(Ordering::Equal) => {}
                        decided => return Some(decided),
                    }
                }
                Some(Some(a.len().cmp(&b.len())))
            }
            (Self::Temporal(a), Self::Temporal(b)) => a.compare(b).map(Some),
            _ => number_order(self, other),
        }
    }

    /// The total order of `ORDER BY`: maps, nodes, relationships, lists, paths, temporal values, strings, booleans, numbers, NaN,
    /// null.
    #[must_use]
    pub fn order(&self, other: &Self) -> Ordering {
        let by_type = self.rank().cmp(&other.rank());
        by_type.then_with(|| match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => a.cmp(b),
            (Self::Str(a), Self::Str(b)) => a.cmp(b),
            (Self::Node(a), Self::Node(b)) => a.cmp(b),
            (Self::Rel(a), Self::Rel(b)) => a.cmp(b),
            (Self::Path(a), Self::Path(b)) => {
                a.nodes.cmp(&b.nodes).then_with(|| a.rels.cmp(&b.rels))
            }
            (Self::List(a), Self::List(b)) => {
                order_all(a.iter().zip(b.iter())).then_with(|| a.len().cmp(&b.len()))
            }
            (Self::Map(a), Self::Map(b)) => order_maps(a, b),
            (Self::Temporal(a), Self::Temporal(b)) => a.order(b),
            _ => match number_order(self, other) {
                Some(Some(order)) => order,
                _ => self.is_nan().cmp(&other.is_nan()),
            },
        })
    }

    fn is_nan(&self) -> bool {
        matches!(self, Self::Float(x) if x.is_nan())
    }

    /// The place of the value's type in the total order.
    fn rank(&self) -> u8 {
        match self {
            Self::Map(_) => 0,
            Self::Node(_) => 1,
            Self::Rel(_) => 2,
            Self::List(_) => 3,
            Self::Path(_) => 4,
            Self::Temporal(_) => 5,
            Self::Str(_) => 6,
            Self::Bool(_) => 7,
            Self::Int(_) | Self::Float(_) => 8,
            Self::Null => 9,
        }
    }
}

/// Orders two numbers exactly; outer `None` where one of them is none, inner where one is NaN.
#[expect(clippy::option_option, reason = "the two absences mean different things, see compare")]
fn number_order(a: &Datum, b: &Datum) -> Option<Option<Ordering>> {
    match (a, b) {
        (Datum::Int(a), Datum::Int(b)) => Some(Some(a.cmp(b))),
        (Datum::Float(a), Datum::Float(b)) => Some(a.partial_cmp(b)),
        (Datum::Int(a), Datum::Float(b)) => Some(int_float_order(*a, *b)),
        (Datum::Float(a), Datum::Int(b)) => Some(int_float_order(*b, *a).map(Ordering::reverse)),
        _ => None,
    }
}

/// Orders an integer and a float without rounding the integer.
fn int_float_order(int: i64, float: f64) -> Option<Ordering> {
    const TWO_63: f64 = 9_223_372_036_854_775_808.0;
    if float.is_nan() {
        None
    } else if float >= TWO_63 {
        Some(Ordering::Less)
    } else if float < -TWO_63 {
        Some(Ordering::Greater)
    } else {
        let whole = float.trunc();
        #[expect(clippy::cast_possible_truncation, reason = "within ±2^63, checked above")]
        let by_whole = int.cmp(&(whole as i64));
        Some(by_whole.then_with(|| whole.partial_cmp(&float).unwrap_or(Ordering::Equal)))
    }
}

/// Three-valued conjunction of equalities: false wins over unknown.
fn all_equal<'d>(pairs: impl Iterator<Item = (&'d Datum, &'d Datum)>) -> Option<bool> {
    let mut known = true;
    for (a, b) in pairs {
        match a.equals(b) {
            Some(true) => {}
            Some(false) => return Some(false),
            None => known = false,
        }
    }
    known.then_some(true)
}

fn maps_equal(a: &DatumMap, b: &DatumMap) -> Option<bool> {
    if a.len() != b.len() || !a.keys().all(|key| b.contains_key(key)) {
        return Some(false);
    }
    all_equal(a.iter().filter_map(|(key, value)| Some((value, b.get(key)?))))
}

fn order_all<'d>(pairs: impl Iterator<Item = (&'d Datum, &'d Datum)>) -> Ordering {
    pairs.map(|(a, b)| a.order(b)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

/// Maps order by their sorted keys, then by the values under them.
fn order_maps(a: &DatumMap, b: &DatumMap) -> Ordering {
    let sorted = |map: &DatumMap| {
        let mut entries: Vec<_> = map.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
        entries.sort_by(|x, y| x.0.cmp(&y.0));
        entries
    };
    let (a, b) = (sorted(a), sorted(b));
    let keys = a.iter().map(|e| &e.0).cmp(b.iter().map(|e| &e.0));
    keys.then_with(|| order_all(a.iter().map(|e| &e.1).zip(b.iter().map(|e| &e.1))))
}

/// A datum under equivalence, the relation of DISTINCT and grouping: null is null, NaN is NaN, 1 is 1.0.
#[derive(Clone, Debug)]
pub struct GroupKey(pub Datum);

impl PartialEq for GroupKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.order(&other.0).is_eq()
    }
}

impl Eq for GroupKey {}

impl Hash for GroupKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash_datum(&self.0, state);
    }
}

fn hash_datum<H: Hasher>(datum: &Datum, state: &mut H) {
    state.write_u8(datum.rank());
    match datum {
        Datum::Null => {}
        Datum::Bool(b) => b.hash(state),
        Datum::Int(i) => hash_int(*i, state),
        Datum::Float(x) => hash_float(*x, state),
        Datum::Str(s) => s.hash(state),
        Datum::Node(n) => n.hash(state),
        Datum::Rel(r) => r.hash(state),
        Datum::Path(p) => p.hash(state),
        Datum::Temporal(value) => value.hash(state),
        Datum::List(items) => {
            state.write_usize(items.len());
            for item in items.iter() {
                hash_datum(item, state);
            }
        }
        Datum::Map(entries) => {
            let mut keys: Vec<_> = entries.keys().collect();
            keys.sort_unstable();
            keys.hash(state);
        }
    }
}

fn hash_int<H: Hasher>(int: i64, state: &mut H) {
    int.hash(state);
}

/// A float that is a whole number hashes like that integer, because the two are equivalent.
fn hash_float<H: Hasher>(float: f64, state: &mut H) {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "only used where the float is that integer"
    )]
    let int = float as i64;
    if int_float_order(int, float) == Some(Ordering::Equal) {
        hash_int(int, state);
    } else if float.is_nan() {
        state.write_u64(f64::NAN.to_bits());
    } else {
        state.write_u64(float.to_bits());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_and_floats_compare_without_rounding() {
        let (int, float) =
            (Datum::Int(9_007_199_254_740_993), Datum::Float(9_007_199_254_740_992.0));
        assert_eq!(int.compare(&float), Some(Some(Ordering::Greater)));
        assert_eq!(int.equals(&float), Some(false));
        assert_eq!(Datum::Int(i64::MAX).compare(&Datum::Float(9.3e18)), Some(Some(Ordering::Less)));
        assert_eq!(Datum::Int(1).equals(&Datum::Float(1.0)), Some(true));
        assert_eq!(Datum::Int(-1).compare(&Datum::Float(-1.5)), Some(Some(Ordering::Greater)));
    }

    #[test]
    fn equality_is_three_valued() {
        let list = |items: &[Datum]| Datum::list(items.to_vec());
        let (one, two) = (Datum::Int(1), Datum::Int(2));
        assert_eq!(
            list(&[one.clone(), Datum::Null]).equals(&list(&[one.clone(), two.clone()])),
            None
        );
        assert_eq!(
            list(&[two.clone(), Datum::Null]).equals(&list(&[one.clone(), two])),
            Some(false)
        );
        assert_eq!(one.equals(&Datum::str("1")), Some(false));
        assert_eq!(Datum::Float(f64::NAN).equals(&Datum::Float(f64::NAN)), Some(false));
        assert_eq!(Datum::Float(f64::NAN).equals(&one), Some(false));
        assert_eq!(Datum::Null.equals(&Datum::Null), None);
    }

    #[test]
    fn the_order_is_total_and_ends_with_nan_and_null() {
        let mut values = [
            Datum::Null,
            Datum::Float(f64::NAN),
            Datum::Float(f64::INFINITY),
            Datum::Int(1),
            Datum::Bool(false),
            Datum::str("x"),
            Datum::list(vec![]),
            Datum::map(DatumMap::new()),
        ];
        values.sort_by(Datum::order);
        let names: Vec<_> = values.iter().map(Datum::type_name).collect();
        let want = ["map", "list", "string", "boolean", "integer", "float", "float", "null"];
        assert_eq!(names, want);
    }

    #[test]
    fn equivalent_numbers_share_a_hash() {
        let hash = |datum: Datum| {
            let mut state = rustc_hash::FxHasher::default();
            GroupKey(datum).hash(&mut state);
            state.finish()
        };
        assert_eq!(hash(Datum::Int(1)), hash(Datum::Float(1.0)));
        assert_eq!(hash(Datum::Float(0.0)), hash(Datum::Float(-0.0)));
        assert_eq!(GroupKey(Datum::Float(f64::NAN)), GroupKey(Datum::Float(-f64::NAN)));
    }
}
