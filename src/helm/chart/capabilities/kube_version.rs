//! `.Capabilities.KubeVersion`.

use crate::helm::Profile;
use crate::helm::chart::record::{Struct, always, hidden};
use crate::helm::semver::{Version, VersionError};
use crate::helm::template::Closure;
use crate::helm::value::{Kind, Named, Text, Type, Value};
use std::rc::Rc;

static KUBE_VERSION: Named = Named { name: "chartutil.KubeVersion", kind: Kind::Struct };
static KUBE_VERSION_OF_41: Named = Named { name: "common.KubeVersion", kind: Kind::Struct };

/// A version of Kubernetes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KubeVersion {
    version: Text,
    /// The version without what a vendor has added to it; the same where Helm keeps only one.
    normalized: Text,
    major: Text,
    minor: Text,
}

/// A text is no version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid kube version '{version}': {reason}")]
pub struct KubeVersionError {
    version: String,
    reason: Reason,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum Reason {
    #[error(transparent)]
    Semantic(VersionError),
    #[error("could not parse {0:?} as version")]
    Shape(String),
    #[error("illegal version string {0:?}")]
    Short(String),
    #[error("illegal zero-prefixed version component {0:?} in {1:?}")]
    Zero(String, String),
    #[error(
        "illegal non-numeric version component {0:?} in {1:?}: strconv.ParseUint: parsing {0:?}: \
         value out of range"
    )]
    Large(String, String),
}

impl KubeVersion {
    /// Returns the version that a Helm assumes.
    pub(super) fn of(profile: Profile) -> Self {
        let (version, minor) = match profile {
            Profile::Helm317 => ("v1.32.0", "32"),
            Profile::Helm41 => ("v1.35.0", "35"),
        };
        Self {
            version: version.into(),
            normalized: version.into(),
            major: "1".into(),
            minor: minor.into(),
        }
    }

    /// Returns the version that a text like `1.30`, `v1.30.1` or `v1.30.1-gke.5` tells to a Helm.
    pub fn parse(text: &str, profile: Profile) -> Result<Self, KubeVersionError> {
        let parsed = match profile {
            Profile::Helm317 => semantic(text).map_err(Reason::Semantic),
            Profile::Helm41 => generic(text),
        };
        parsed.map_err(|reason| KubeVersionError { version: text.to_owned(), reason })
    }

    /// Returns the version with its `v`, as charts' wishes are compared with it.
    pub(crate) fn normalized(&self) -> &Text {
        &self.normalized
    }

    pub(super) fn to_value(&self, profile: Profile) -> Value {
        let type_name = match profile {
            Profile::Helm317 => &KUBE_VERSION,
            Profile::Helm41 => &KUBE_VERSION_OF_41,
        };
        let mut fields = vec![
            always("Version", "Version", self.version.clone()),
            always("Major", "Major", self.major.clone()),
            always("Minor", "Minor", self.minor.clone()),
        ];
        if profile == Profile::Helm41 {
            fields.insert(1, hidden("normalizedVersion", self.normalized.clone()));
        }
        let mut record = Struct::new(Type::Named(type_name), fields);
        record.display = Some(self.normalized.clone());
        record.method = method;
        Value::object(record)
    }
}

fn method(version: &Rc<Struct>, name: &str) -> Option<Closure> {
    let text = match name {
        "String" => version.display.clone().unwrap_or_default(),
        "GitVersion" => match version.fields.first().map(|field| &field.value) {
            Some(Value::String(text)) => text.clone(),
            _ => Text::default(),
        },
        _ => return None,
    };
    Some(Closure::new(move || text.clone()))
}

fn semantic(text: &str) -> Result<KubeVersion, VersionError> {
    let version = Version::parse(text)?;
    let shown = Text::from(format!("v{version}"));
    Ok(KubeVersion {
        version: shown.clone(),
        normalized: shown,
        major: version.major().to_string().into(),
        minor: version.minor().to_string().into(),
    })
}

/// Reads numbers with points between them; anything may follow.
fn generic(text: &str) -> Result<KubeVersion, Reason> {
    let shape = || Reason::Shape(text.to_owned());
    let inner = text.trim_start_matches([' ', '\t', '\n', '\x0C', '\r']);
    let inner = inner.strip_prefix('v').unwrap_or(inner);
    let mut parts: Vec<&str> = Vec::new();
    let mut rest = inner;
    loop {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = rest.split_at_checked(digits).unwrap_or((rest, ""));
        if number.is_empty() {
            break;
        }
        parts.push(number);
        rest = after;
        match after.strip_prefix('.') {
            Some(next) => rest = next,
            None => break,
        }
    }
    if parts.is_empty() || rest.contains('\n') {
        return Err(shape());
    }
    let [first, _, ..] = parts.as_slice() else {
        return Err(Reason::Short(text.to_owned()));
    };
    if first.starts_with('0') && *first != "0" {
        return Err(Reason::Zero((*first).to_owned(), text.to_owned()));
    }
    let number = |part: &&str| match part.parse::<u64>() {
        Ok(number) => Ok(number.to_string()),
        Err(_) => Err(Reason::Large((*part).to_owned(), text.to_owned())),
    };
    let numbers: Vec<String> = parts.iter().map(number).collect::<Result<_, _>>()?;
    let at = |place: usize| Text::from(numbers.get(place).cloned().unwrap_or_default());
    let version = if text.starts_with('v') { text.to_owned() } else { format!("v{text}") };
    Ok(KubeVersion {
        version: version.into(),
        normalized: format!("v{}", numbers.join(".")).into(),
        major: at(0),
        minor: at(1),
    })
}
