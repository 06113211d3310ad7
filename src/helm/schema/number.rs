//! Numbers as they are written, for which 0.3 is three times 0.1.

/// A decimal number.
#[derive(Clone, Debug)]
pub(super) struct Decimal {
    float: f64,
    /// The digits without the point, and how many of them stand behind it.
    exact: Option<(i128, u32)>,
}

/// As many digits behind the point as are counted exactly.
const MOST_PLACES: u32 = 18;

impl Decimal {
    pub(super) fn of(float: f64) -> Self {
        let written = float.to_string();
        let (whole, places) = written.split_once('.').unwrap_or((&written, ""));
        let count = u32::try_from(places.len()).unwrap_or(u32::MAX);
        let digits = format!("{whole}{places}").parse().ok();
        let exact = digits.filter(|_| count <= MOST_PLACES).map(|digits: i128| (digits, count));
        Self { float, exact }
    }

    pub(super) fn float(&self) -> f64 {
        self.float
    }

    /// Tells whether this is a multiple of another number.
    pub(super) fn is_multiple_of(&self, unit: &Self) -> bool {
        let scaled = |number: &Self| {
            let (digits, places) = number.exact?;
            digits.checked_mul(10_i128.checked_pow(MOST_PLACES - places)?)
        };
        match (scaled(self), scaled(unit)) {
            (Some(number), Some(unit)) if unit != 0 => number % unit == 0,
            _ => (self.float / unit.float).fract() == 0.0,
        }
    }
}
