//! `--set a[1].b=c`: what is set within lists.

use crate::helm::values::set::{Next, SetError, Setter, go_type};
use crate::helm::values::tree::{Table, Tree};
use std::mem;

/// The last place that a list can have.
pub(crate) const MOST_ELEMENTS: i64 = 65536;

/// How deeply names and lists nest together.
const MOST_LEVELS: usize = 100;

/// Takes the list that a value is.
pub(crate) fn list_of(known: &mut Tree) -> Result<Vec<Tree>, SetError> {
    match known {
        Tree::List(list) => Ok(mem::take(list)),
        other => Err(SetError::Kind { found: go_type(other), wanted: "[]interface {}" }),
    }
}

/// Gives a table back to the list that it was taken from; where the list has no such place, it is
/// lost.
fn put_back(list: &mut [Tree], place: usize, table: Table) {
    if let Some(known) = list.get_mut(place) {
        *known = Tree::Table(table);
    }
}

impl Setter<'_> {
    /// Reads a place up to its closing bracket.
    pub(crate) fn index(&mut self) -> Result<i64, SetError> {
        let (text, stop) = self.scanner.until(&[']']);
        if stop.is_none() {
            return Err(SetError::Index("EOF".to_owned()));
        }
        let refused = || format!("strconv.Atoi: parsing {text:?}: invalid syntax");
        text.parse().or(Err(SetError::Index(refused())))
    }

    /// Reads what stands behind a bracket; returns the list with the element set.
    pub(crate) fn element(
        &mut self,
        mut list: Vec<Tree>,
        index: i64,
        level: usize,
    ) -> Result<(Vec<Tree>, Next), SetError> {
        let place = usize::try_from(index).or(Err(SetError::Negative(index)))?;
        let (between, stop) = self.scanner.until(&['[', '.', '=']);
        if !between.is_empty() {
            let quoted: Vec<_> = between.chars().map(|c| format!("{c:?}")).collect();
            return Err(SetError::Behind(format!("[{}]", quoted.join(" "))));
        }
        let known = list.get_mut(place);
        let (value, next) = match stop {
            None => return Ok((list, Next::End)),
            // Unlike behind a name, the end of the text right here is not the end of reading.
            Some('=') => (self.value()?.0, Next::More),
            Some('[') => {
                let inner = match known {
                    None | Some(Tree::Null) => Vec::new(),
                    Some(known) => list_of(known)?,
                };
                // Lists in lists have no limit in Helm.
                if level >= MOST_LEVELS {
                    return Err(SetError::Deep);
                }
                let index = self.index()?;
                let (inner, next) = self.element(inner, index, level + 1)?;
                (Tree::List(inner), next)
            }
            Some(_) => {
                let mut inner = match known {
                    Some(Tree::Table(inner)) => mem::take(inner),
                    _ => Table::new(),
                };
                let next = self.key(&mut inner, level)?;
                if next == Next::End {
                    put_back(&mut list, place, inner);
                    return Ok((list, next));
                }
                (Tree::Table(inner), next)
            }
        };
        if index > MOST_ELEMENTS {
            return Err(SetError::Far(index));
        }
        if list.len() <= place {
            list.resize(place + 1, Tree::Null);
        }
        if let Some(element) = list.get_mut(place) {
            *element = value;
        }
        Ok((list, next))
    }
}
