//! Job variables: names without case, secrets that stay secret, and macro expansion.

use std::collections::BTreeMap;

/// How deep variables may refer to variables before the agent gives up.
const MAXIMUM_DEPTH: usize = 50;

/// One job variable.
#[derive(Clone, Debug)]
pub(crate) struct Variable {
    /// The name as it was first given.
    pub(crate) name: String,
    /// The value, not yet expanded.
    pub(crate) value: String,
    /// Whether the value is masked and kept out of the plain environment.
    pub(crate) secret: bool,
}

/// The variables of a job, found by name in any case.
#[derive(Clone, Debug, Default)]
pub(crate) struct Variables {
    by_key: BTreeMap<String, Variable>,
}

impl Variables {
    /// Sets a variable; one that was secret stays secret.
    pub(crate) fn set(&mut self, name: &str, value: &str, secret: bool) {
        let variable = self.by_key.entry(name.to_lowercase()).or_insert_with(|| Variable {
            name: name.to_owned(),
            value: String::new(),
            secret,
        });
        value.clone_into(&mut variable.value);
        variable.secret |= secret;
    }

    /// Returns a value as it was set.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.by_key.get(&name.to_lowercase()).map(|variable| variable.value.as_str())
    }

    /// Returns whether the agent reads the variable as true.
    pub(crate) fn is_true(&self, name: &str) -> bool {
        let value = self.get(name).unwrap_or_default().to_lowercase();
        ["true", "1", "$true"].contains(&value.as_str())
    }

    /// Returns all variables in the order of their names.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Variable> {
        self.by_key.values()
    }

    /// Returns the variables with references between them resolved.
    pub(crate) fn expanded(&self) -> Self {
        let mut expanded = self.clone();
        for (key, variable) in &mut expanded.by_key {
            // A cycle leaves the variable as it was written.
            if let Some(value) = self.resolved(key, &mut Vec::new()) {
                variable.value = value;
            }
        }
        expanded
    }

    /// Returns `text` with `$(name)` replaced once; call this on expanded variables.
    pub(crate) fn expand(&self, text: &str) -> String {
        expand(text, |name| self.get(name).map(str::to_owned))
    }

    fn resolved(&self, key: &str, trail: &mut Vec<String>) -> Option<String> {
        if trail.len() >= MAXIMUM_DEPTH || trail.iter().any(|seen| seen == key) {
            return None;
        }
        trail.push(key.to_owned());
        let mut sound = true;
        let value = expand(self.get(key).unwrap_or_default(), |name| {
            let known = self.by_key.contains_key(&name.to_lowercase());
            let value = known.then(|| self.resolved(&name.to_lowercase(), trail));
            sound &= value != Some(None);
            value.flatten()
        });
        trail.pop();
        sound.then_some(value)
    }
}

/// Returns `text` with each `$(name)` that `lookup` knows replaced; what it puts in is not read again.
pub(crate) fn expand(text: &str, mut lookup: impl FnMut(&str) -> Option<String>) -> String {
    let mut expanded = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("$(") {
        let Some((name, behind)) = after.split_once(')') else { break };
        expanded.push_str(before);
        if let Some(value) = lookup(name) {
            expanded.push_str(&value);
            rest = behind;
        } else {
            expanded.push_str("$(");
            rest = after;
        }
    }
    expanded + rest
}

/// Returns the environment's name for a variable or an input.
pub(crate) fn formatted(name: &str) -> String {
    name.replace(['.', ' '], "_").to_uppercase()
}
