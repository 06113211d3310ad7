//! Numbers in templates.

use crate::helm::format::{
    Escape, NumberError, parse_float, parse_int, parse_uint, quoted, unquoted_character,
};
use crate::helm::template::problem::ParseProblem;
use crate::helm::template::token::{Span, TokenKind};
use crate::helm::template::tree::{Ideal, Number};
use crate::helm::value::Complex;

/// Returns the number that a token means.
pub(crate) fn parse(text: &str, span: Span, kind: TokenKind) -> Result<Number, ParseProblem> {
    let mut number =
        Number { span, int: None, uint: None, float: None, complex: None, ideal: Ideal::Int };
    match kind {
        TokenKind::Character => character(text, &mut number)?,
        TokenKind::Complex => number.set_complex(complex(text)?),
        _ => match text.strip_suffix('i').map(parse_float) {
            Some(Ok(im)) => number.set_complex(Complex { re: 0.0, im }),
            Some(Err(_)) | None => real(text, &mut number)?,
        },
    }
    Ok(number)
}

impl Number {
    /// Makes it a complex number, and what else that is if it has no imaginary part.
    fn set_complex(&mut self, complex: Complex) {
        self.complex = Some(complex);
        self.ideal = Ideal::Complex;
        if complex.im == 0.0 {
            self.float = Some(complex.re);
            self.int = whole(complex.re);
            self.uint = whole_unsigned(complex.re);
        }
    }
}

fn character(text: &str, number: &mut Number) -> Result<(), ParseProblem> {
    let inner = text.get(1..).unwrap_or_default();
    let (point, rest) = unquoted_character(inner, '\'').ok_or(ParseProblem::Quote)?;
    if rest != "'" {
        return Err(ParseProblem::Character(text.to_owned()));
    }
    let point = point.number();
    number.int = Some(point.into());
    number.uint = Some(point.into());
    number.float = Some(point.into());
    Ok(())
}

fn real(text: &str, number: &mut Number) -> Result<(), ParseProblem> {
    number.uint = parse_uint(text, 0).ok();
    number.int = parse_int(text, 0).ok();
    if number.int == Some(0) {
        // `-0` is one without a sign too.
        number.uint = Some(0);
    }
    #[expect(clippy::cast_precision_loss, reason = "Go rounds too")]
    if let Some(int) = number.int {
        number.float = Some(int as f64);
    } else if let Some(uint) = number.uint {
        number.float = Some(uint as f64);
    } else if let Ok(float) = parse_float(text) {
        let shaped = text.contains(['.', 'e', 'E', 'p', 'P']);
        if !shaped {
            return Err(ParseProblem::Overflow(shown(text)));
        }
        number.float = Some(float);
        number.int = whole(float);
        number.uint = whole_unsigned(float);
    } else {
        return Err(ParseProblem::Number(shown(text)));
    }
    number.ideal = ideal(text, number);
    Ok(())
}

fn ideal(text: &str, number: &Number) -> Ideal {
    let hexadecimal = text.starts_with("0x") || text.starts_with("0X");
    let marks: &[char] = if hexadecimal { &['p', 'P'] } else { &['.', 'e', 'E', 'p', 'P'] };
    if number.float.is_some() && text.contains(marks) {
        return Ideal::Float;
    }
    if number.int.is_some() { Ideal::Int } else { Ideal::Overflow }
}

/// Reads `1+2i`.
fn complex(text: &str) -> Result<Complex, ParseProblem> {
    let digits = text.strip_suffix('i').ok_or(ParseProblem::Complex)?;
    // The sign that does not begin the number, and does not follow its exponent.
    let hexadecimal = digits.trim_start_matches(['+', '-']).to_ascii_lowercase().starts_with("0x");
    let exponents: &[char] = if hexadecimal { &['p', 'P'] } else { &['e', 'E'] };
    let is_middle = |at: usize| {
        let before = digits.get(..at).unwrap_or_default();
        at > 0 && !before.ends_with(exponents)
    };
    let mut signs =
        digits.char_indices().filter(|(at, c)| matches!(c, '+' | '-') && is_middle(*at));
    let (middle, _) = signs.next().ok_or(ParseProblem::Complex)?;
    let (re, im) = digits.split_at_checked(middle).ok_or(ParseProblem::Complex)?;
    // Go takes the `i` after a sign for the beginning of an infinity.
    if im.len() == 1 {
        return Err(ParseProblem::Complex);
    }
    Ok(Complex { re: part(re)?, im: part(im)? })
}

fn part(text: &str) -> Result<f64, ParseProblem> {
    let problem = |source: NumberError| ParseProblem::ComplexPart { text: shown(text), source };
    parse_float(text).map_err(problem)
}

fn shown(text: &str) -> String {
    quoted(text.as_bytes(), Escape::Needed)
}

/// Returns the whole number that a float is.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
fn whole(float: f64) -> Option<i64> {
    let fits = float.fract() == 0.0 && (-TWO_63..TWO_63).contains(&float);
    fits.then_some(float as i64)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
fn whole_unsigned(float: f64) -> Option<u64> {
    let fits = float.fract() == 0.0 && (0.0..2.0 * TWO_63).contains(&float);
    fits.then_some(float as u64)
}

const TWO_63: f64 = 9_223_372_036_854_775_808.0;

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: TokenKind, texts: &str, expected: &str) {
        let shown = texts.split(' ').map(|text| match parse(text, Span::default(), kind) {
            Ok(Number { ideal, int, uint, float, .. }) => {
                let int = int.map_or_else(|| "-".to_owned(), |n| n.to_string());
                let uint = uint.map_or_else(|| "-".to_owned(), |n| n.to_string());
                let float = float.map_or_else(|| "-".to_owned(), |n| n.to_string());
                format!("{ideal:?}:{int}/{uint}/{float}")
            }
            Err(problem) => problem.to_string(),
        });
        assert_eq!(shown.collect::<Vec<_>>().join("\n"), expected);
    }

    #[test]
    fn a_number_is_all_that_it_can_be_taken_for() {
        check(
            TokenKind::Number,
            "1 -1 -0 1e3 1.5 0x1e3 0x1p3 18446744073709551615 08 1e400 1_0",
            "Int:1/1/1\nInt:-1/-/-1\nInt:0/0/0\nFloat:1000/1000/1000\nFloat:-/-/1.5\n\
             Int:483/483/483\nFloat:8/8/8\nOverflow:-/18446744073709551615/18446744073709552000\n\
             integer overflow: \"08\"\nillegal number syntax: \"1e400\"\nInt:10/10/10",
        );
    }

    #[test]
    fn complex_numbers_may_have_no_imaginary_part() {
        check(
            TokenKind::Number,
            "2i 0i 1ei",
            "Complex:-/-/-\nComplex:0/0/0\nillegal number syntax: \"1ei\"",
        );
        check(
            TokenKind::Complex,
            "1+2i 1e+2-0i 1+i 1__0+1i",
            "Complex:-/-/-\nComplex:100/100/100\nsyntax error scanning complex number\n\
             strconv.ParseFloat: parsing \"1__0\": invalid syntax",
        );
    }

    #[test]
    fn characters_are_numbers() {
        check(
            TokenKind::Character,
            "'a' '\\n' '\\xff' 'ab' '' '\\q'",
            "Int:97/97/97\nInt:10/10/10\nInt:255/255/255\nmalformed character constant: 'ab'\n\
             invalid syntax\ninvalid syntax",
        );
    }
}
