//! Rounding to a number of decimal places, as people round the decimal number that they see.
//!
//! `1.005` to two places is `1.01`, though the float behind it lies a little below: its shortest decimal form is rounded, not its
//! binary one.

use super::numbers::float;
use super::{Context, Function, wrong_type};
use crate::error::{Code, Error, Result, Standard, one_of, text};
use crate::model::Datum;

pub(super) const TABLE: &[Function] = &[Function {
    name: "round",
    signature: "round(number :: NUMBER, places :: INTEGER = 0, mode :: STRING = 'HALF_UP') :: FLOAT",
    arity: (1, 3),
    strict: true,
    doc: (
        "The nearest number with so many decimal places; negative ones round to tens and hundreds. Halves go away from zero, without `places` up. Modes: UP, DOWN, CEILING, FLOOR, HALF_UP, HALF_DOWN, HALF_EVEN. Places and modes are extensions.",
        "小数点以下を指定の桁数に丸めた数。負の桁数なら十の位、百の位などに丸めます。既定は四捨五入です（桁数を省略すると .5 は大きい方へ）。方法：UP（切り上げ）、DOWN（切り捨て）、CEILING、FLOOR、HALF_UP（四捨五入）、HALF_DOWN（五捨六入）、HALF_EVEN（偶数丸め）。桁数と方法の指定は拡張機能です。",
    ),
    example: ("RETURN round(2.345, 2)", "2.35"),
    call: round,
}];

/// Which way a number goes that lies between two others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Up,
    Down,
    Ceiling,
    Floor,
    HalfUp,
    HalfDown,
    HalfEven,
}

impl Mode {
    const NAMES: [(Self, &'static str); 7] = [
        (Self::Up, "UP"),
        (Self::Down, "DOWN"),
        (Self::Ceiling, "CEILING"),
        (Self::Floor, "FLOOR"),
        (Self::HalfUp, "HALF_UP"),
        (Self::HalfDown, "HALF_DOWN"),
        (Self::HalfEven, "HALF_EVEN"),
    ];

    fn read(name: &str) -> Result<Self> {
        let known = Self::NAMES.iter().find(|known| known.1.eq_ignore_ascii_case(name));
        known.map(|known| known.0).ok_or_else(|| {
            Error::new(
                Code::RunArgument,
                text!(
                    "`round` does not know the mode `{name}`",
                    "`round` に丸め方 `{name}` はありません"
                ),
            )
            .known_as(Standard::runtime("ArgumentError", "InvalidArgumentValue"))
            .help(one_of(&Self::NAMES.map(|known| known.1)))
        })
    }

    /// Whether the last digit that stays grows by one.
    fn grows(self, negative: bool, last: u8, dropped: &Dropped) -> bool {
        let half = dropped.against_half;
        match self {
            Self::Up => !dropped.is_zero,
            Self::Down => false,
            Self::Ceiling => !dropped.is_zero && !negative,
            Self::Floor => !dropped.is_zero && negative,
            Self::HalfUp => half.is_ge(),
            Self::HalfDown => half.is_gt(),
            Self::HalfEven => half.is_gt() || (half.is_eq() && last % 2 == 1),
        }
    }
}

/// The digits that are cut off.
struct Dropped {
    is_zero: bool,
    /// Beside one half of the last place that stays.
    against_half: std::cmp::Ordering,
}

impl Dropped {
    /// `far` says that zeros stand between what stays and these digits.
    fn new(digits: &[u8], far: bool) -> Self {
        let is_zero = digits.iter().all(|digit| *digit == 0);
        let half = std::iter::once(5).chain(std::iter::repeat(0)).take(digits.len().max(1));
        let against_half =
            if far { std::cmp::Ordering::Less } else { digits.iter().copied().cmp(half) };
        Self { is_zero, against_half }
    }
}

fn round(_: &Context<'_>, args: &[Datum]) -> Result<Datum> {
    let number = float("round", &args[0])?;
    let Some(places) = args.get(1) else { return Ok(Datum::Float(nearest(number))) };
    let Datum::Int(places) = places else {
        return Err(wrong_type(
            "round",
            &text!("an integer for `places`", "桁数として整数"),
            places,
        ));
    };
    let mode = match args.get(2) {
        None => Mode::HalfUp,
        Some(Datum::Str(name)) => Mode::read(name)?,
        Some(other) => {
            return Err(wrong_type(
                "round",
                &text!("a string for `mode`", "丸め方として文字列"),
                other,
            ));
        }
    };
    Ok(Datum::Float(decimal(number, *places, mode)))
}

/// The nearest whole number; halves go up.
fn nearest(number: f64) -> f64 {
    let below = number.floor();
    if number - below >= 0.5 { below + 1.0 } else { below }
}

/// Rounds the shortest decimal form of a number.
fn decimal(number: f64, places: i64, mode: Mode) -> f64 {
    // No float has digits beyond these places.
    const PLACES_MAX: i64 = 400;
    let places = places.clamp(-PLACES_MAX, PLACES_MAX);
    let written = format!("{:e}", number.abs());
    let Some((mantissa, exponent)) = written.split_once('e') else { return number };
    let Ok(exponent) = exponent.parse::<i64>() else { return number };
    let digits: Vec<u8> =
        mantissa.bytes().filter(u8::is_ascii_digit).map(|digit| digit.wrapping_sub(b'0')).collect();
    let kept = exponent.saturating_add(1).saturating_add(places);
    let (stays, dropped) = match usize::try_from(kept) {
        Ok(kept) if kept >= digits.len() => return number,
        Ok(kept) => (digits.get(..kept).unwrap_or(&[]), digits.get(kept..).unwrap_or(&[])),
        Err(_) => (&[][..], digits.as_slice()),
    };
    let last = stays.last().copied().unwrap_or(0);
    let grows = mode.grows(number.is_sign_negative(), last, &Dropped::new(dropped, kept < 0));
    let whole = stays
        .iter()
        .fold(0_u128, |sum, digit| sum.saturating_mul(10).saturating_add(u128::from(*digit)));
    let whole = whole.saturating_add(u128::from(grows));
    let scaled = format!("{whole}e{}", places.saturating_neg()).parse().unwrap_or(number.abs());
    f64::copysign(scaled, number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mode_goes_its_way() {
        let each = |number: f64| Mode::NAMES.map(|(mode, _)| decimal(number, 1, mode));
        assert_eq!(each(1.25), [1.3, 1.2, 1.3, 1.2, 1.3, 1.2, 1.2]);
        assert_eq!(each(-1.25), [-1.3, -1.2, -1.2, -1.3, -1.3, -1.2, -1.2]);
        assert_eq!(each(1.35), [1.4, 1.3, 1.4, 1.3, 1.4, 1.3, 1.4]);
        assert_eq!(each(1.21), [1.3, 1.2, 1.3, 1.2, 1.2, 1.2, 1.2]);
        assert_eq!(each(0.002), [0.1, 0.0, 0.1, 0.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn what_is_seen_is_rounded() {
        assert_eq!(decimal(1.005, 2, Mode::HalfUp), 1.01);
        assert_eq!(decimal(2.675, 2, Mode::HalfUp), 2.68);
        assert_eq!(decimal(9.999, 2, Mode::HalfUp), 10.0);
        assert_eq!(decimal(1250.0, -2, Mode::HalfEven), 1200.0);
        assert_eq!(decimal(50.0, -2, Mode::HalfUp), 100.0);
        assert_eq!(decimal(4.0, -1, Mode::HalfUp), 0.0);
        assert_eq!(decimal(1e300, 5, Mode::HalfUp), 1e300);
        assert_eq!(decimal(1e-300, 5, Mode::HalfUp), 0.0);
        assert_eq!(decimal(1e300, i64::MIN, Mode::HalfUp), 0.0);
        assert!(decimal(f64::NAN, 2, Mode::HalfUp).is_nan());
        assert_eq!(decimal(f64::INFINITY, 2, Mode::HalfUp), f64::INFINITY);
    }

    #[test]
    fn halves_go_up_without_places() {
        let rounded = [0.5, -0.5, 1.5, -1.5, 0.499_999_999_999_999_94, 4_503_599_627_370_497.0];
        assert_eq!(rounded.map(nearest), [1.0, 0.0, 2.0, -1.0, 0.0, 4_503_599_627_370_497.0]);
    }
}
