//! Functions on versions.

use crate::helm::Profile;
use crate::helm::semver::{Constraint, Version};
use crate::helm::template::{Closure, FunctionError, Interpreter};
use crate::helm::value::{Class, Kind, Named, Object, Text, Type, Value};
use std::cmp::Ordering;
use std::fmt;
use std::rc::Rc;

static VERSION: Named = Named { name: "semver.Version", kind: Kind::Struct };

/// What `semver` gives: a version with its parts.
#[derive(Debug)]
pub struct VersionObject(pub Version);

impl VersionObject {
    fn text(&self) -> Text {
        self.0.to_string().into()
    }
}

impl Class for VersionObject {
    const TYPE: Type = Type::Pointer(&VERSION);
}

impl Object for VersionObject {
    fn type_of(&self) -> Type {
        Self::TYPE
    }

    // Templates cannot ask for them, since their names are small, but printing shows them.
    fn fields(&self) -> Vec<(&'static str, Value)> {
        let Self(version) = self;
        vec![
            ("major", Value::from(version.major())),
            ("minor", Value::from(version.minor())),
            ("patch", Value::from(version.patch())),
            ("pre", Value::from(version.prerelease())),
            ("metadata", Value::from(version.metadata())),
            ("original", Value::from(version.original())),
        ]
    }

    fn method(self: Rc<Self>, name: &str) -> Option<Closure> {
        let closure = match name {
            "Major" => Closure::new(move || self.0.major()),
            "Minor" => Closure::new(move || self.0.minor()),
            "Patch" => Closure::new(move || self.0.patch()),
            "Prerelease" => Closure::new(move || self.0.prerelease().to_owned()),
            "Metadata" => Closure::new(move || self.0.metadata().to_owned()),
            "Original" => Closure::new(move || self.0.original().to_owned()),
            "String" => Closure::new(move || self.text()),
            "Compare" => Closure::new(move |other: Rc<Self>| compared(&self, &other) as isize),
            "Equal" => Closure::new(move |other: Rc<Self>| compared(&self, &other).is_eq()),
            "LessThan" => Closure::new(move |other: Rc<Self>| compared(&self, &other).is_lt()),
            "LessThanEqual" => Closure::new(move |other: Rc<Self>| compared(&self, &other).is_le()),
            "GreaterThan" => Closure::new(move |other: Rc<Self>| compared(&self, &other).is_gt()),
            "GreaterThanEqual" => {
                Closure::new(move |other: Rc<Self>| compared(&self, &other).is_ge())
            }
            "IncMajor" => Closure::new(move || Value::object(VersionValue(self.0.next_major()))),
            "IncMinor" => Closure::new(move || Value::object(VersionValue(self.0.next_minor()))),
            "IncPatch" => Closure::new(move || Value::object(VersionValue(self.0.next_patch()))),
            "SetPrerelease" => {
                Closure::new(move |interpreter: &mut Interpreter, prerelease: Text| {
                    let version = self.0.with_prerelease(&prerelease.to_str_lossy());
                    version.map(|v| Value::object(VersionValue(v))).map_err(told(interpreter))
                })
            }
            "SetMetadata" => Closure::new(move |interpreter: &mut Interpreter, metadata: Text| {
                let version = self.0.with_metadata(&metadata.to_str_lossy());
                version.map(|v| Value::object(VersionValue(v))).map_err(told(interpreter))
            }),
            _ => return None,
        };
        Some(closure)
    }

    fn display(&self) -> Option<Text> {
        Some(self.text())
    }

    fn json(&self) -> Option<Value> {
        Some(Value::String(self.text()))
    }

    fn copied(&self) -> Option<Value> {
        Version::parse("0.0.0").ok().map(|version| Value::object(Self(version)))
    }
}

/// What methods of a version give: a version that no pointer leads to.
#[derive(Debug)]
struct VersionValue(Version);

impl Object for VersionValue {
    fn type_of(&self) -> Type {
        Type::Named(&VERSION)
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        VersionObject(self.0.clone()).fields()
    }

    fn method(self: Rc<Self>, name: &str) -> Option<Closure> {
        Rc::new(VersionObject(self.0.clone())).method(name)
    }

    fn display(&self) -> Option<Text> {
        Some(self.0.to_string().into())
    }

    fn json(&self) -> Option<Value> {
        Some(Value::from(self.0.to_string()))
    }
}

fn compared(one: &VersionObject, other: &VersionObject) -> Ordering {
    one.0.cmp(&other.0)
}

/// Returns how an error of the library is told: since its release 3.4 in small letters.
fn told<E: fmt::Display>(interpreter: &Interpreter) -> impl Fn(E) -> FunctionError + use<E> {
    let profile = interpreter.profile();
    move |error| {
        let words = error.to_string();
        if profile == Profile::Helm317 {
            return FunctionError::from(words);
        }
        let end = words.find(':').unwrap_or(words.len());
        let (said, rest) = words.split_at_checked(end).unwrap_or_default();
        FunctionError::from(said.to_ascii_lowercase() + rest)
    }
}

/// `semver`.
pub(super) fn semver(
    interpreter: &mut Interpreter,
    text: Text,
) -> Result<Rc<VersionObject>, FunctionError> {
    Ok(Rc::new(VersionObject(parsed(interpreter, &text)?)))
}

fn parsed(interpreter: &Interpreter, text: &Text) -> Result<Version, FunctionError> {
    Version::parse(&text.to_str_lossy()).map_err(told(interpreter))
}

/// `semverCompare`: whether a version meets a constraint.
pub(super) fn semver_compare(
    interpreter: &mut Interpreter,
    constraint: Text,
    version: Text,
) -> Result<bool, FunctionError> {
    let constraint = Constraint::parse(&constraint.to_str_lossy()).map_err(told(interpreter))?;
    Ok(constraint.check(&parsed(interpreter, &version)?))
}
