//! Texts and bytes.

use crate::helm::format::flags::{Flags, truncated};
use crate::helm::format::printer::Printer;
use crate::helm::format::quote::{Escape, can_back_quote, quoted};
use crate::helm::template::Limit;
use crate::helm::value::{Text, Value};

impl Printer<'_> {
    pub(crate) fn text(&mut self, text: &[u8], verb: char) -> Result<(), Limit> {
        match verb {
            'v' if self.flags.sharp_v => self.quote(text),
            'v' | 's' => self.plain(text),
            'x' | 'X' => self.hexadecimal(text, verb),
            'q' => self.quote(text),
            _ => self.bad_verb(verb, &Value::String(Text::from(text))),
        }
    }

    fn plain(&mut self, text: &[u8]) -> Result<(), Limit> {
        let text = self.truncated(text);
        self.write(text)
    }

    fn quote(&mut self, text: &[u8]) -> Result<(), Limit> {
        let text = self.truncated(text);
        // A byte becomes at most four.
        self.output.check(text.len())?;
        if self.flags.sharp && can_back_quote(text) {
            let text = [b"`", text, b"`"].concat();
            return self.write(&text);
        }
        let escape = if self.flags.plus { Escape::NotAscii } else { Escape::Needed };
        self.write(quoted(text, escape).as_bytes())
    }

    fn truncated<'a>(&self, text: &'a [u8]) -> &'a [u8] {
        self.flags.precision.map_or(text, |precision| truncated(text, precision))
    }

    fn hexadecimal(&mut self, text: &[u8], verb: char) -> Result<(), Limit> {
        let flags = self.flags;
        let length = flags.precision.map_or(text.len(), |precision| precision.min(text.len()));
        let text = text.get(..length).unwrap_or(text);
        if text.is_empty() {
            return flags.pad(self.output, flags.width.unwrap_or(0));
        }
        let mark = match verb {
            _ if !flags.sharp => "",
            'X' => "0X",
            _ => "0x",
        };
        self.output.check(2 * text.len())?;
        let mut written = mark.to_owned();
        for (index, byte) in text.iter().enumerate() {
            if flags.space && index > 0 {
                written.push(' ');
                written.push_str(mark);
            }
            let digits = if verb == 'X' { b"0123456789ABCDEF" } else { b"0123456789abcdef" };
            for nibble in [byte >> 4, byte & 15] {
                written.push(digits.get(usize::from(nibble)).copied().unwrap_or(b'?').into());
            }
        }
        Flags { precision: None, ..flags }.write(self.output, written.as_bytes())
    }
}
