//! Printing a value with a verb.

use crate::helm::format::buffer::Buffer;
use crate::helm::format::flags::Flags;
use crate::helm::format::scalar::Integer;
use crate::helm::template::{Limit, deeply};
use crate::helm::value::{Kind, List, Map, Object, Type, Value, Width};

/// Prints values, one after the other.
pub(crate) struct Printer<'a> {
    pub(crate) output: &'a mut Buffer,
    pub(crate) flags: Flags,
    // Methods are not asked while the value of a wrong verb is shown.
    erroring: bool,
    // How many lists, tables and records are around what is printed, and how many may be.
    depth: usize,
    nesting: usize,
}

/// Where values stand that Go shows the address of. Nobody can rely on one, not even with Go.
const ADDRESS: u64 = 0xc0_0000_0000;

impl<'a> Printer<'a> {
    /// Returns a printer of values that nest no deeper than that.
    pub(crate) fn new(output: &'a mut Buffer, nesting: usize) -> Self {
        Self { output, flags: Flags::default(), erroring: false, depth: 0, nesting }
    }

    /// Writes a text with padding.
    pub(crate) fn write(&mut self, text: &[u8]) -> Result<(), Limit> {
        self.flags.write(self.output, text)
    }

    /// Prints an argument.
    pub(crate) fn argument(&mut self, value: &Value, verb: char) -> Result<(), Limit> {
        match (value, verb) {
            (Value::Nil, 'T' | 'v') => self.write(b"<nil>"),
            (Value::Nil, _) => self.bad_verb(verb, value),
            (value, 'T') => self.text(value.type_name().as_bytes(), 's'),
            (value, 'p') => self.pointer(value, verb),
            (value, _) => self.value(value, verb),
        }
    }

    /// Writes what stands for a value that the verb is not for.
    pub(crate) fn bad_verb(&mut self, verb: char, value: &Value) -> Result<(), Limit> {
        let outer = std::mem::replace(&mut self.erroring, true);
        self.output.push(format!("%!{verb}(").as_bytes())?;
        match value {
            Value::Nil => self.output.push(b"<nil>")?,
            value => {
                self.output.push(format!("{}=", value.type_name()).as_bytes())?;
                self.argument(value, 'v')?;
            }
        }
        self.erroring = outer;
        self.output.push(b")")
    }

    fn value(&mut self, value: &Value, verb: char) -> Result<(), Limit> {
        match value {
            Value::Nil if self.flags.sharp_v => self.output.push(b"interface {}(nil)"),
            Value::Nil => self.output.push(b"<nil>"),
            Value::Bool(truth) => self.truth(*truth, verb),
            Value::Int(_, number) => self.integer(Integer::from(*number), verb, value),
            Value::Uint(_, number) => self.integer(Integer::from(*number), verb, value),
            Value::Float(number) => self.float(*number, verb),
            Value::Complex(number) => self.complex(*number, verb),
            Value::String(text) => self.text(text.as_bytes(), verb),
            Value::List(list) => deeply(|| self.list(list, verb)),
            Value::Map(map) => deeply(|| self.map(map, verb)),
            Value::Object(object) => deeply(|| self.object(object.as_ref(), verb)),
            Value::Function(_) => self.pointer(value, verb),
        }
    }

    /// Prints what a list, a table or a record holds.
    fn inner(&mut self, value: &Value, verb: char) -> Result<(), Limit> {
        if self.depth >= self.nesting {
            return Err(Limit::ValueNesting(self.nesting));
        }
        self.depth += 1;
        let printed = self.value(value, verb);
        self.depth -= 1;
        printed
    }

    fn list(&mut self, list: &List, verb: char) -> Result<(), Limit> {
        let bytes = list.list_type().element == Type::Uint(Width::Bits8);
        if bytes && matches!(verb, 's' | 'q' | 'x' | 'X') {
            return self.text(list.as_bytes().unwrap_or_default(), verb);
        }
        let go = self.flags.sharp_v;
        if go {
            // Go's fmt calls bytes by the name of their alias, but only where nothing is around.
            let name = match Type::Slice(list.list_type()).to_string() {
                name if name == "[]uint8" && self.depth == 0 => "[]byte".to_owned(),
                name => name,
            };
            self.output.push(name.as_bytes())?;
            if list.is_nil() {
                return self.output.push(b"(nil)");
            }
        }
        self.output.push(if go { b"{" } else { b"[" })?;
        for (index, element) in list.iter().enumerate() {
            self.separate(index)?;
            self.inner(&element, verb)?;
        }
        self.output.push(if go { b"}" } else { b"]" })
    }

    fn map(&mut self, map: &Map, verb: char) -> Result<(), Limit> {
        let go = self.flags.sharp_v;
        if go {
            self.output.push(Type::Map(map.map_type()).to_string().as_bytes())?;
            if map.is_nil() {
                return self.output.push(b"(nil)");
            }
        }
        self.output.push(if go { b"{" } else { b"map[" })?;
        for (index, (key, value)) in map.entries().iter().enumerate() {
            self.separate(index)?;
            self.inner(&key, verb)?;
            self.output.push(b":")?;
            self.inner(value, verb)?;
        }
        self.output.push(if go { b"}" } else { b"]" })
    }

    fn object(&mut self, object: &dyn Object, verb: char) -> Result<(), Limit> {
        if let Some(text) = object.go_syntax().filter(|_| verb == 'v' && self.flags.sharp_v) {
            return self.text(text.as_bytes(), 's');
        }
        let asked = matches!(verb, 'v' | 's' | 'x' | 'X' | 'q');
        let display = object.display().filter(|_| asked && !self.erroring && !self.flags.sharp_v);
        if let Some(text) = display {
            return self.text(text.as_bytes(), verb);
        }
        if let Some(value) = object.underlying() {
            return self.inner(&value, verb);
        }
        match object.type_of() {
            Type::Pointer(_) if self.depth > 0 || object.is_nil() => {
                self.indirect(object.type_of(), object.is_nil(), verb)
            }
            Type::Pointer(named) => {
                self.output.push(b"&")?;
                self.fields(object, named.name, verb)
            }
            other => self.fields(object, &other.to_string(), verb),
        }
    }

    /// Prints a record or, of a pointer, what it points to.
    pub(crate) fn pointee(&mut self, object: &dyn Object) -> Result<(), Limit> {
        match object.type_of() {
            Type::Pointer(named) if object.display().is_none() && !object.is_nil() => {
                self.fields(object, named.name, 'v')
            }
            _ => self.object(object, 'v'),
        }
    }

    fn fields(&mut self, object: &dyn Object, name: &str, verb: char) -> Result<(), Limit> {
        if self.flags.sharp_v {
            self.output.push(name.as_bytes())?;
        }
        self.output.push(b"{")?;
        for (index, (name, value)) in object.fields().iter().enumerate() {
            self.separate(index)?;
            if self.flags.plus_v || self.flags.sharp_v {
                self.output.push(format!("{name}:").as_bytes())?;
            }
            self.inner(value, verb)?;
        }
        self.output.push(b"}")
    }

    fn separate(&mut self, index: usize) -> Result<(), Limit> {
        match index {
            0 => Ok(()),
            _ if self.flags.sharp_v => self.output.push(b", "),
            _ => self.output.push(b" "),
        }
    }

    /// Writes the address of what is a reference.
    fn pointer(&mut self, value: &Value, verb: char) -> Result<(), Limit> {
        match value.kind() {
            Kind::Map | Kind::Slice | Kind::Func | Kind::Pointer => {
                let Some(go_type) = value.type_of() else { return Ok(()) };
                self.indirect(go_type, value.is_nil(), verb)
            }
            _ => self.bad_verb(verb, value),
        }
    }

    fn indirect(&mut self, go_type: Type, nil: bool, verb: char) -> Result<(), Limit> {
        let address = if nil { 0 } else { ADDRESS };
        let marked = !self.flags.sharp;
        match verb {
            'v' if self.flags.sharp_v => {
                self.output.push(format!("({go_type})(").as_bytes())?;
                if nil {
                    self.output.push(b"nil")?;
                } else {
                    self.address(address, true)?;
                }
                self.output.push(b")")
            }
            'v' if nil => self.write(b"<nil>"),
            'v' | 'p' => self.address(address, marked),
            'b' | 'o' | 'd' | 'x' | 'X' => self.integer(Integer::from(address), verb, &Value::Nil),
            _ => self.output.push(format!("%!{verb}({go_type}={address:#x})").as_bytes()),
        }
    }
}
