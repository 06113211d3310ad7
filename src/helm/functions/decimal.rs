//! Functions on floats. They are added and multiplied as the decimal numbers that they are written
//! like, by the rules of the Go module shopspring/decimal: 0.1 and 0.2 make 0.3.

use crate::helm::format::{FloatStyle, float};
use crate::helm::functions::cast::number;
use crate::helm::template::{FunctionError, Rest};
use crate::helm::value::Value;
use num_bigint::BigInt;

/// The number `digits · 10^exponent`.
#[derive(Clone, Debug)]
struct Decimal {
    digits: BigInt,
    exponent: i64,
}

/// How many digits after the point a division gives.
const PRECISION: i64 = 16;
// What is below this many digits after the point is nothing to a float, and multiplying a hundred
// numbers would take ever longer.
const LEAST_EXPONENT: i64 = -20_000;

impl Decimal {
    /// Returns the shortest decimal number that stands for a float.
    fn new(value: f64) -> Result<Self, FunctionError> {
        if !value.is_finite() {
            let written = float(value, FloatStyle::General, None);
            let message = format!("Cannot create a Decimal from {written}");
            return Err(message.into());
        }
        let written = float(value, FloatStyle::Exponent, None);
        let (digits, exponent) = written.split_once('e').unwrap_or((&written, "0"));
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
        let exponent = exponent.trim_start_matches('+').parse::<i64>().unwrap_or(0);
        let digits = format!("{whole}{decimals}").parse().unwrap_or_default();
        Ok(Self { digits, exponent: exponent - i64::try_from(decimals.len()).unwrap_or(0) })
    }

    /// Returns the nearest float.
    fn to_float(&self) -> f64 {
        format!("{}e{}", self.digits, self.exponent).parse().unwrap_or(0.0)
    }

    /// Returns the digits for a lower exponent.
    fn scaled(&self, exponent: i64) -> BigInt {
        &self.digits * power(self.exponent - exponent)
    }

    fn sum(&self, other: &Self, sign: i32) -> Self {
        let exponent = self.exponent.min(other.exponent);
        Self { digits: self.scaled(exponent) + other.scaled(exponent) * sign, exponent }
    }

    fn product(&self, other: &Self) -> Self {
        let exponent = self.exponent + other.exponent;
        let digits = &self.digits * &other.digits;
        if exponent >= LEAST_EXPONENT {
            return Self { digits, exponent };
        }
        Self { digits: digits / power(LEAST_EXPONENT - exponent), exponent: LEAST_EXPONENT }
    }

    fn quotient(&self, other: &Self) -> Result<Self, FunctionError> {
        if other.digits == BigInt::ZERO {
            return Err("decimal division by 0".into());
        }
        // Both are made whole; half and more of the last digit goes away from zero.
        let shift = self.exponent - other.exponent + PRECISION;
        let dividend = &self.digits * power(shift);
        let divisor = &other.digits * power(-shift);
        let quotient = &dividend / &divisor;
        let rest: BigInt = &dividend - &quotient * &divisor;
        let is_half =
            BigInt::from(rest.magnitude() * 2_u8) >= BigInt::from(divisor.magnitude().clone());
        let away = if is_half { i32::from(dividend.sign() == divisor.sign()) * 2 - 1 } else { 0 };
        Ok(Self { digits: quotient + away, exponent: -PRECISION })
    }
}

/// Returns a power of ten; 1 where the exponent is negative.
fn power(exponent: i64) -> BigInt {
    BigInt::from(10).pow(u32::try_from(exponent.max(0)).unwrap_or(0))
}

type Operation = fn(&Decimal, &Decimal) -> Result<Decimal, FunctionError>;

fn folded(first: f64, others: &[Value], operation: Operation) -> Result<f64, FunctionError> {
    let mut result = Decimal::new(first)?;
    for other in others {
        result = operation(&result, &Decimal::new(number(other))?)?;
    }
    Ok(result.to_float())
}

/// `addf`.
pub(super) fn addf(values: Rest<Value>) -> Result<f64, FunctionError> {
    folded(0.0, &values.0, |one, other| Ok(one.sum(other, 1)))
}

/// `add1f`.
pub(super) fn add1f(value: Value) -> Result<f64, FunctionError> {
    folded(number(&value), &[Value::int(1)], |one, other| Ok(one.sum(other, 1)))
}

/// `subf`.
pub(super) fn subf(first: Value, others: Rest<Value>) -> Result<f64, FunctionError> {
    folded(number(&first), &others.0, |one, other| Ok(one.sum(other, -1)))
}

/// `mulf`.
pub(super) fn mulf(first: Value, others: Rest<Value>) -> Result<f64, FunctionError> {
    folded(number(&first), &others.0, |one, other| Ok(one.product(other)))
}

/// `divf`.
pub(super) fn divf(first: Value, others: Rest<Value>) -> Result<f64, FunctionError> {
    folded(number(&first), &others.0, Decimal::quotient)
}

/// `maxf`.
pub(super) fn maxf(first: Value, others: Rest<Value>) -> f64 {
    others.0.iter().map(number).fold(number(&first), |one, other| {
        if one.is_nan() || other.is_nan() { f64::NAN } else { one.max(other) }
    })
}

/// `minf`.
pub(super) fn minf(first: Value, others: Rest<Value>) -> f64 {
    others.0.iter().map(number).fold(number(&first), |one, other| {
        if one.is_nan() || other.is_nan() { f64::NAN } else { one.min(other) }
    })
}

/// `ceil`.
pub(super) fn ceil(value: Value) -> f64 {
    number(&value).ceil()
}

/// `floor`.
pub(super) fn floor(value: Value) -> f64 {
    number(&value).floor()
}

/// `round`: to so many decimals; a digit after them that is less than the third number is cut off.
pub(super) fn round(value: Value, decimals: isize, least: Rest<f64>) -> f64 {
    let least = least.0.first().copied().unwrap_or(0.5);
    let value = number(&value);
    let shift = power_of_ten(decimals);
    let digit = value * shift;
    let whole = digit.trunc();
    // What is below zero always goes down: no rest of it reaches the limit.
    let rounded = if digit - whole >= least { digit.ceil() } else { digit.floor() };
    rounded / shift
}

/// Returns a power of ten as Go's `math.Pow10` and `math.Pow` do for whole exponents.
fn power_of_ten(exponent: isize) -> f64 {
    i32::try_from(exponent)
        .map_or(f64::INFINITY, |exponent| format!("1e{exponent}").parse().unwrap_or(f64::INFINITY))
}
