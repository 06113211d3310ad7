//! Format strings: `Printf`.

use crate::helm::format::buffer::Buffer;
use crate::helm::format::flags::Flags;
use crate::helm::format::printer::Printer;
use crate::helm::template::Limit;
use crate::helm::value::Value;

/// Writes values as a format string says.
pub(crate) fn print(
    output: &mut Buffer,
    format: &[u8],
    values: &[Value],
    nesting: usize,
) -> Result<(), Limit> {
    let mut directives = Directives {
        rest: format,
        values,
        next: 0,
        reordered: false,
        good_index: true,
        after_index: false,
        printer: Printer::new(output, nesting),
    };
    while directives.literal()? {
        directives.directive()?;
    }
    directives.extra()
}

/// The most that a width or a precision may be; one digit more is still read.
const TOO_LARGE: i64 = 1_000_000;

struct Directives<'a> {
    rest: &'a [u8],
    values: &'a [Value],
    /// The index of the value that is written next.
    next: usize,
    /// Whether an index was given anywhere.
    reordered: bool,
    /// Whether the indices of this directive are those of values.
    good_index: bool,
    /// Whether an index was just read.
    after_index: bool,
    printer: Printer<'a>,
}

impl Directives<'_> {
    /// Writes what comes before the next directive; tells whether there is one.
    fn literal(&mut self) -> Result<bool, Limit> {
        let end = self.rest.iter().position(|byte| *byte == b'%');
        let (literal, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.printer.output.push(literal)?;
        self.rest = rest.get(1..).unwrap_or_default();
        Ok(end.is_some())
    }

    fn directive(&mut self) -> Result<(), Limit> {
        self.good_index = true;
        self.after_index = false;
        self.flags();
        self.index();
        self.width()?;
        self.precision()?;
        if !self.after_index {
            self.index();
        }
        let Some(verb) = self.verb() else {
            return self.printer.output.push(b"%!(NOVERB)");
        };
        if verb == '%' {
            return self.printer.output.push(b"%");
        }
        if !self.good_index {
            return self.printer.output.push(format!("%!{verb}(BADINDEX)").as_bytes());
        }
        let Some(value) = self.values.get(self.next) else {
            return self.printer.output.push(format!("%!{verb}(MISSING)").as_bytes());
        };
        if verb == 'v' {
            let flags = &mut self.printer.flags;
            flags.sharp_v = std::mem::take(&mut flags.sharp);
            flags.plus_v = std::mem::take(&mut flags.plus);
        }
        self.next += 1;
        self.printer.argument(value, verb)
    }

    fn flags(&mut self) {
        let mut flags = Flags::default();
        while let Some((first, rest)) = self.rest.split_first() {
            match first {
                b'#' => flags.sharp = true,
                b'0' => flags.zero = true,
                b'+' => flags.plus = true,
                b'-' => flags.minus = true,
                b' ' => flags.space = true,
                _ => break,
            }
            self.rest = rest;
        }
        self.printer.flags = flags;
    }

    /// Reads `[n]`.
    fn index(&mut self) {
        self.after_index = false;
        if !self.rest.starts_with(b"[") {
            return;
        }
        self.reordered = true;
        let end = self.rest.iter().position(|byte| *byte == b']');
        let Some(end) = end.filter(|_| self.rest.len() > 2) else {
            self.good_index = false;
            self.rest = self.rest.get(1..).unwrap_or_default();
            return;
        };
        let (index, rest) = self.rest.split_at(end + 1);
        self.rest = rest;
        let (number, left) = number_at(index.get(1..end).unwrap_or_default());
        let number = number.filter(|_| left.is_empty());
        // An index that no value has counts as one, something else than a number does not.
        self.after_index = number.is_some();
        let index = number.and_then(|number| usize::try_from(number - 1).ok());
        match index.filter(|index| *index < self.values.len()) {
            Some(index) => self.next = index,
            None => self.good_index = false,
        }
    }

    fn width(&mut self) -> Result<(), Limit> {
        if let Some(rest) = self.rest.strip_prefix(b"*") {
            self.rest = rest;
            let width = self.operand();
            self.after_index = false;
            let Some(width) = width else {
                return self.printer.output.push(b"%!(BADWIDTH)");
            };
            self.printer.flags.minus |= width < 0;
            self.printer.flags.width = usize::try_from(width.unsigned_abs()).ok();
            return Ok(());
        }
        let width = self.number();
        self.good_index &= !(self.after_index && width.is_some());
        self.printer.flags.width = width;
        Ok(())
    }

    fn precision(&mut self) -> Result<(), Limit> {
        let Some(rest) = self.rest.strip_prefix(b".") else { return Ok(()) };
        self.rest = rest;
        self.good_index &= !self.after_index;
        self.index();
        if let Some(rest) = self.rest.strip_prefix(b"*") {
            self.rest = rest;
            let precision = self.operand();
            self.after_index = false;
            let Some(precision) = precision else {
                return self.printer.output.push(b"%!(BADPREC)");
            };
            self.printer.flags.precision = usize::try_from(precision).ok();
            // A negative one is as bad as none.
            return if precision < 0 { self.printer.output.push(b"%!(BADPREC)") } else { Ok(()) };
        }
        self.printer.flags.precision = Some(self.number().unwrap_or(0));
        Ok(())
    }

    /// Takes a width or a precision from the values.
    fn operand(&mut self) -> Option<i64> {
        let value = self.values.get(self.next)?;
        self.next += 1;
        let number = match value {
            Value::Int(_, number) => *number,
            Value::Uint(_, number) => i64::try_from(*number).ok()?,
            _ => return None,
        };
        (number.abs() <= TOO_LARGE).then_some(number)
    }

    fn number(&mut self) -> Option<usize> {
        let (number, rest) = number_at(self.rest);
        self.rest = rest;
        usize::try_from(number?).ok()
    }

    /// Takes the verb: a character, or a byte that is none.
    fn verb(&mut self) -> Option<char> {
        let chunk = self.rest.utf8_chunks().next()?;
        let verb = chunk.valid().chars().next();
        let length = verb.map_or(1, char::len_utf8);
        self.rest = self.rest.get(length..).unwrap_or_default();
        Some(verb.unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    /// Complains about values that no directive asked for.
    fn extra(&mut self) -> Result<(), Limit> {
        let values = self.values.get(self.next..).unwrap_or_default();
        if self.reordered || values.is_empty() {
            return Ok(());
        }
        self.printer.flags = Flags::default();
        self.printer.output.push(b"%!(EXTRA ")?;
        for (index, value) in values.iter().enumerate() {
            self.printer.output.push(if index == 0 { b"" } else { b", " })?;
            if !matches!(value, Value::Nil) {
                self.printer.output.push(format!("{}=", value.type_name()).as_bytes())?;
            }
            self.printer.argument(value, 'v')?;
        }
        self.printer.output.push(b")")
    }
}

/// Reads the number at the beginning; returns what follows it. One that is too large takes all.
fn number_at(text: &[u8]) -> (Option<i64>, &[u8]) {
    let (mut number, mut rest) = (None, text);
    while let Some((digit, after)) = rest.split_first().filter(|(byte, _)| byte.is_ascii_digit()) {
        let before = number.unwrap_or(0);
        if before > TOO_LARGE {
            return (None, &[]);
        }
        number = Some(before * 10 + i64::from(digit - b'0'));
        rest = after;
    }
    (number, rest)
}
