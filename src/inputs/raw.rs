//! Inputs as text, with where each came from.

use crate::inputs::InputError;
use crate::inputs::table::{INPUTS, Kind, Specification, specification};
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

/// Where a value came from, in the words of the person who gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// An input of the task.
    Input(String),
    /// A variable of the environment.
    Variable(String),
    /// A flag of the command line.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input(name) => write!(f, "input {name}"),
            Self::Variable(name) => write!(f, "variable {name}"),
            Self::Flag(name) => write!(f, "flag --{name}"),
        }
    }
}

/// A value that was given.
#[derive(Clone, PartialEq, Eq)]
pub struct Given {
    /// The text.
    pub text: String,
    /// Where it came from.
    pub origin: Origin,
}

impl fmt::Debug for Given {
    // It may be the access token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Given").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// The inputs as they were given; blanks around them are gone, and empty ones are not there.
#[derive(Clone, Debug)]
pub struct Raw {
    given: BTreeMap<&'static str, Given>,
    /// The variable `RANDOM_SEED`.
    seed: Option<Given>,
    /// How inputs are called here, for those that were not given.
    flags: bool,
}

impl Raw {
    /// Returns the inputs of a task, asked for one by one under their names in task.json.
    // Azure DevOps gives an aliased input under its own name; whoever starts the executable by hand
    // may not.
    pub fn of_task(input: impl Fn(&str) -> Option<String>) -> Self {
        Self::collect(false, |specification| {
            let name = specification.name;
            // Whoever sets an alias means it, and the default comes along without being asked for.
            let explicit = |text: &String| text.trim() != specification.default;
            let alias = || input(specification.alias?);
            let given = input(name).filter(explicit).or_else(alias).or_else(|| input(name))?;
            Some((given, Origin::Input(name.to_owned())))
        })
    }

    /// Returns the inputs of a command line, asked for one by one under the names of their flags.
    pub fn of_flags(flag: impl Fn(&str) -> Option<String>) -> Self {
        Self::collect(true, |specification| {
            let name = kebab_case(specification.name);
            Some((flag(&name)?, Origin::Flag(name)))
        })
    }

    fn collect(flags: bool, find: impl Fn(&Specification) -> Option<(String, Origin)>) -> Self {
        let mut given = BTreeMap::new();
        for input in INPUTS {
            let Some((text, origin)) = find(input) else {
                continue;
            };
            let text = text.trim().to_owned();
            if !text.is_empty() {
                given.insert(input.name, Given { text, origin });
            }
        }
        Self { given, seed: None, flags }
    }

    /// Lets the variables of the old script stand in for inputs that were not given, and returns
    /// a notice for each that did.
    // A task always gets the default of an input, so that one which has its default counts as not
    // given.
    pub fn adopt_legacy(&mut self, variable: impl Fn(&str) -> Option<String>) -> Vec<String> {
        let mut notices = Vec::new();
        for input in INPUTS {
            let Some(name) = input.legacy else {
                continue;
            };
            let explicit = |given: &Given| given.text != input.default;
            if self.given.get(input.name).is_some_and(explicit) {
                continue;
            }
            if let Some(text) = variable(name) {
                let shown = self.origin(input.name);
                notices.push(format!("The variable {name} is used for the {shown}."));
                self.given
                    .insert(input.name, Given { text, origin: Origin::Variable(name.into()) });
            }
        }
        self.adopt_verify_only(&variable, &mut notices);
        notices
    }

    fn adopt_verify_only(
        &mut self,
        variable: &impl Fn(&str) -> Option<String>,
        notices: &mut Vec<String>,
    ) {
        let Some(value) = variable("VERIFY_ONLY") else {
            return;
        };
        let is_off = ["0", "false", "no"].contains(&value.to_ascii_lowercase().as_str());
        let explicit = self.given.get("command").is_some_and(|given| given.text != "auto");
        if is_off || explicit {
            return;
        }
        notices.push("The variable VERIFY_ONLY makes this a preview.".to_owned());
        let origin = Origin::Variable("VERIFY_ONLY".to_owned());
        self.given.insert("command", Given { text: "preview".to_owned(), origin });
    }

    /// Takes the access token from the environment when no input gave it.
    pub fn adopt_token(&mut self, variable: impl Fn(&str) -> Option<String>) {
        if self.given.contains_key("accessToken") {
            return;
        }
        for name in ["ACCESS_TOKEN", "ACCESS_TOKEN_SECRET"] {
            if let Some(text) = variable(name) {
                let origin = Origin::Variable(name.to_owned());
                self.given.insert("accessToken", Given { text, origin });
                return;
            }
        }
    }

    /// Takes the seed of random values from the environment, its only place.
    pub fn adopt_seed(&mut self, variable: impl Fn(&str) -> Option<String>) {
        let name = "RANDOM_SEED";
        let origin = Origin::Variable(name.to_owned());
        self.seed = variable(name).map(|text| Given { text, origin });
    }

    /// Returns the seed of random values.
    pub fn seed(&self) -> Option<&Given> {
        self.seed.as_ref()
    }

    /// Gives an input a value that a command implies.
    pub fn imply(&mut self, name: &'static str, text: &str) {
        let origin = self.origin(name);
        self.given.insert(name, Given { text: text.to_owned(), origin });
    }

    /// Returns what was given for an input.
    pub fn given(&self, name: &str) -> Option<&Given> {
        self.given.get(name)
    }

    /// Returns how to call an input when speaking of its value.
    pub fn origin(&self, name: &str) -> Origin {
        match self.given.get(name) {
            Some(given) => given.origin.clone(),
            None if self.flags => Origin::Flag(kebab_case(name)),
            None => Origin::Input(name.to_owned()),
        }
    }

    /// Returns an input's text, or its default, or nothing.
    pub fn text(&self, name: &str) -> Option<String> {
        let default = || specification(name).map(|input| input.default.to_owned());
        let text = self.given.get(name).map(|given| given.text.clone()).or_else(default)?;
        (!text.is_empty()).then_some(text)
    }

    /// Returns an input's text as a path.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        self.text(name).map(PathBuf::from)
    }

    /// Returns the parts of an input between line breaks and commas, without blanks around them.
    pub fn list(&self, name: &str) -> Vec<String> {
        let text = self.text(name).unwrap_or_default();
        let parts = text.split(['\n', '\r', ',']).map(str::trim);
        parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    /// Returns the lines of an input that hold something, without blanks around them.
    pub fn lines(&self, name: &str) -> Vec<String> {
        let text = self.text(name).unwrap_or_default();
        text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }

    /// Returns a boolean input. As the agent's own tasks do, `True` and `TRUE` count too.
    pub fn boolean(&self, name: &str) -> Result<bool, InputError> {
        self.pick(name, &[("true", true), ("false", false)])
    }

    /// Returns the choice that an input names, whatever the case of its letters.
    pub fn pick<T: Copy>(&self, name: &str, choices: &[(&str, T)]) -> Result<T, InputError> {
        let value = self.text(name).unwrap_or_default();
        let found = choices.iter().find(|(choice, _)| choice.eq_ignore_ascii_case(&value));
        found.map(|(_, choice)| *choice).ok_or_else(|| InputError::NotAnOption {
            origin: self.origin(name),
            value,
            allowed: choices.iter().map(|(choice, _)| (*choice).to_owned()).collect(),
        })
    }

    /// Returns the error for an input that cannot be read.
    pub fn malformed(&self, name: &str, reason: &str) -> InputError {
        let value = self.text(name).unwrap_or_default();
        InputError::Malformed { origin: self.origin(name), value, reason: reason.to_owned() }
    }

    /// Refuses the first input in which a macro was not replaced. The token is looked at apart,
    /// because a pull request from a fork goes on without it.
    pub fn refuse_unexpanded(&self) -> Result<(), InputError> {
        for input in INPUTS.iter().filter(|input| input.kind != Kind::Secret) {
            let Some(Given { text, origin }) = self.given.get(input.name) else {
                continue;
            };
            let found = unexpanded(text).filter(|found| !input.free || *found == text);
            if let Some(found) = found {
                let (origin, text) = (origin.clone(), found.to_owned());
                return Err(InputError::Unexpanded { origin, text });
            }
        }
        Ok(())
    }
}

/// Returns the first `$(name)` in a text.
// The agent leaves a macro as it is when there is no variable of that name.
pub fn unexpanded(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some((_, tail)) = rest.split_once("$(") {
        if let Some((name, _)) = tail.split_once(')')
            && !name.is_empty()
            && name.chars().all(|c| c.is_alphanumeric() || "._- ".contains(c))
        {
            let start = text.len() - tail.len() - 2;
            return text.get(start..start + name.len() + 3);
        }
        rest = tail;
    }
    None
}

/// Returns the name of an input's flag: `definition-path` for `definitionPath`.
pub fn kebab_case(name: &str) -> String {
    let mut kebab = String::new();
    for character in name.chars() {
        if character.is_ascii_uppercase() {
            kebab.push('-');
        }
        kebab.push(character.to_ascii_lowercase());
    }
    kebab
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn macros_are_found_anywhere() {
        assert_eq!(unexpanded("$(a.b)"), Some("$(a.b)"));
        assert_eq!(unexpanded("x $( $(My Var) y"), Some("$(My Var)"));
        assert_eq!(unexpanded("$(), $(a+b), $x"), None);
    }

    #[test]
    fn flags_are_in_kebab_case() {
        assert_eq!(kebab_case("allowMissingEnvironment"), "allow-missing-environment");
    }

    #[test]
    fn an_alias_counts_where_the_name_has_its_default() {
        let raw = |name: &'static str, text: &'static str| {
            Raw::of_task(move |asked| match asked {
                "fabEnvs" => Some("dev".to_owned()),
                _ => (asked == name).then(|| text.to_owned()),
            })
        };
        assert_eq!(raw("", "").list("environments"), ["dev"]);
        assert_eq!(raw("environments", "prod").list("environments"), ["dev"]);
        assert_eq!(raw("environments", "test").list("environments"), ["test"]);
    }

    #[test]
    fn the_old_scripts_variables_stand_in_for_what_is_not_given() {
        let mut raw = Raw::of_task(|name| match name {
            "environments" => Some("prod".to_owned()),
            "destinationBranch" => Some("main".to_owned()),
            _ => None,
        });
        let notices = raw.adopt_legacy(|name| match name {
            "FAB_ENVS" => Some("dev, test".to_owned()),
            "BRANCH_NAME" => Some("old".to_owned()),
            "VERIFY_ONLY" => Some("1".to_owned()),
            _ => None,
        });
        assert_eq!(raw.list("environments"), ["dev", "test"]);
        assert_eq!(raw.text("destinationBranch").as_deref(), Some("main"));
        assert_eq!(raw.text("command").as_deref(), Some("preview"));
        assert_eq!(notices.len(), 2);
    }
}
