//! Asking about tables and lists.

use crate::helm::schema::node::{ArrayRules, NodeId, ObjectRules, Others};
use crate::helm::schema::validate::{Checked, Complaints, Subject, Validation};
use crate::helm::value::Text;
use crate::helm::values::{Table, Tree};

impl Validation<'_> {
    pub(super) fn object(
        &mut self,
        rules: &ObjectRules,
        (subject, table): (Subject<'_>, &Table),
        complaints: &mut Complaints,
    ) -> Checked {
        for name in rules.required.iter().filter(|name| !table.contains_key(name.as_bytes())) {
            subject.complain(complaints, |_| format!("{name} is required"));
        }
        let count = table.len() as u64;
        if let Some(least) = rules.least.filter(|least| count < *least) {
            subject.complain(complaints, |_| format!("Must have at least {least} properties"));
        }
        if let Some(most) = rules.most.filter(|most| count > *most) {
            subject.complain(complaints, |_| format!("Must have at most {most} properties"));
        }
        for (name, value) in table {
            self.entry(rules, (subject, name, value), complaints)?;
        }
        for (name, id) in &rules.properties {
            if let Some(value) = table.get(name.as_bytes()) {
                self.child(*id, (subject, name, value), complaints)?;
            }
        }
        Ok(())
    }

    fn entry(
        &mut self,
        rules: &ObjectRules,
        (subject, name, value): (Subject<'_>, &Text, &Tree),
        complaints: &mut Complaints,
    ) -> Checked {
        let key = name.to_str_lossy();
        let mut is_named = rules.properties.iter().any(|(known, _)| *name == known.as_str());
        for (_, id) in rules.patterns.iter().filter(|(pattern, _)| pattern.is_match(&key)) {
            is_named = true;
            self.child(*id, (subject, &key, value), complaints)?;
        }
        if !is_named {
            match rules.others {
                Others::Allowed => {}
                Others::Refused => subject
                    .complain(complaints, |_| format!("Additional property {key} is not allowed")),
                Others::Schema(id) => self.child(id, (subject, &key, value), complaints)?,
            }
        }
        let Some(names) = rules.names else { return Ok(()) };
        let mut inner = Vec::new();
        let as_value = Tree::String(name.clone());
        self.check(names, Subject { value: &as_value, path: subject.path }, &mut inner)?;
        if !inner.is_empty() {
            subject.complain(complaints, |_| format!("Property name of \"{key}\" does not match"));
            complaints.extend(inner);
        }
        Ok(())
    }

    pub(super) fn array(
        &mut self,
        rules: &ArrayRules,
        (subject, elements): (Subject<'_>, &[Tree]),
        complaints: &mut Complaints,
    ) -> Checked {
        for (index, element) in elements.iter().enumerate() {
            let id = match &rules.first {
                None => rules.each,
                Some(first) => match (first.get(index), rules.others) {
                    (Some(id), _) => Some(*id),
                    (None, Others::Schema(id)) => Some(id),
                    (None, Others::Allowed | Others::Refused) => None,
                },
            };
            if let Some(id) = id {
                self.child(id, (subject, &index.to_string(), element), complaints)?;
            }
        }
        let first = rules.first.as_ref().map_or(usize::MAX, Vec::len);
        if elements.len() > first && matches!(rules.others, Others::Refused) {
            subject.complain(complaints, |_| "No additional items allowed on array".to_owned());
        }
        let count = elements.len() as u64;
        if let Some(least) = rules.least.filter(|least| count < *least) {
            subject.complain(complaints, |_| format!("Array must have at least {least} items"));
        }
        if let Some(most) = rules.most.filter(|most| count > *most) {
            subject.complain(complaints, |_| format!("Array must have at most {most} items"));
        }
        if rules.is_unique {
            unique(subject, elements, complaints);
        }
        match rules.contains {
            Some(id) => self.contains(id, (subject, elements), complaints),
            None => Ok(()),
        }
    }

    fn contains(
        &mut self,
        id: NodeId,
        (subject, elements): (Subject<'_>, &[Tree]),
        complaints: &mut Complaints,
    ) -> Checked {
        let mut best: Option<Complaints> = None;
        for (index, element) in elements.iter().enumerate() {
            let mut inner = Vec::new();
            self.child(id, (subject, &index.to_string(), element), &mut inner)?;
            if inner.is_empty() {
                return Ok(());
            }
            best.get_or_insert(inner);
        }
        subject.complain(complaints, |_| "At least one of the items must match".to_owned());
        complaints.extend(best.unwrap_or_default());
        Ok(())
    }

    fn child(
        &mut self,
        id: NodeId,
        (subject, name, value): (Subject<'_>, &str, &Tree),
        complaints: &mut Complaints,
    ) -> Checked {
        self.check(id, Subject { value, path: &subject.child(name) }, complaints)
    }
}

fn unique(subject: Subject<'_>, elements: &[Tree], complaints: &mut Complaints) {
    for (later, element) in elements.iter().enumerate() {
        let before = elements.iter().take(later).enumerate();
        for (earlier, _) in before.filter(|(_, other)| *other == element) {
            subject
                .complain(complaints, |_| format!("array items[{earlier},{later}] must be unique"));
        }
    }
}
