//! Chance: fresh, or made of a seed and the place of each call; and what was published before.

mod record;

pub use record::{Drawn, Record, Site, UNKNOWN_KEY};

use crate::helm::format::sprint;
use crate::helm::functions::secret::CertificateObject;
use crate::helm::template::{Call, Chance, Limits};
use crate::helm::value::Value;
use hmac::{Hmac, KeyInit, Mac};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use sha2::Sha256;
use std::cell::{RefCell, RefMut};
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

/// Makes what is random. Without one of them, functions that need some fail. A clone is the same
/// one.
#[derive(Clone)]
pub struct Randomness(Rc<RefCell<State>>);

/// What each call's bytes are made of, where they are not to be fresh.
#[derive(Clone)]
pub struct Seed {
    /// The secret.
    pub key: Vec<u8>,
    /// Where the chart is: charts elsewhere get other values.
    pub place: Vec<String>,
    /// Whether the seed outlives this run: then nothing else may count, not the clock either.
    pub is_lasting: bool,
}

impl fmt::Debug for Seed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Seed").field("place", &self.place).finish_non_exhaustive()
    }
}

struct State {
    root: Root,
    generator: ChaCha20Rng,
    /// Whether everything falls otherwise than without.
    is_other: bool,
    calls: u64,
    times: BTreeMap<(u64, Site), u64>,
    /// The call that is being made.
    site: Site,
    function: String,
    authority: Option<String>,
    kept: BTreeMap<Site, Vec<String>>,
    record: Option<Record>,
}

enum Root {
    /// Each call has the next stream of a generator.
    Counted([u8; 32]),
    /// Each call has a generator of its own, by its place.
    Placed(Rc<Seed>),
}

/// What values are made for: no other program's bytes are the same.
const PURPOSE: &[u8] = b"fabrikate-gitops randomness 1";

impl Randomness {
    /// Returns a source that always makes the same bytes of the same seed, in the order of the
    /// calls. They are as good as the seed is secret.
    pub fn seeded(seed: [u8; 32]) -> Self {
        Self::new(Root::Counted(seed), seed)
    }

    /// Returns a source for the chart in a place, whose bytes are made of a seed in the order of the
    /// calls.
    pub fn counted(seed: &Seed) -> Self {
        Self::seeded(digest(&seed.key, seed.place.iter().map(|part| part.as_bytes().to_vec())))
    }

    /// Returns a source that gives each call what its place makes of the seed, in whatever order.
    pub fn placed(seed: Seed) -> Self {
        Self::new(Root::Placed(Rc::new(seed)), [0; 32])
    }

    fn new(root: Root, seed: [u8; 32]) -> Self {
        Self(Rc::new(RefCell::new(State {
            root,
            generator: ChaCha20Rng::from_seed(seed),
            is_other: false,
            calls: 0,
            times: BTreeMap::new(),
            site: Site::default(),
            function: String::new(),
            authority: None,
            kept: BTreeMap::new(),
            record: None,
        })))
    }

    /// Returns the source of the same calls in which everything falls otherwise. Keys are shorter
    /// then, so that they are found soon: nobody uses them.
    #[must_use]
    pub fn otherwise(self) -> Self {
        self.state().is_other = true;
        self
    }

    /// Returns the source with values that calls shall give again, if they can.
    #[must_use]
    pub fn keeping(self, kept: BTreeMap<Site, Vec<String>>) -> Self {
        self.state().kept = kept;
        self
    }

    /// Returns the source with a record of what calls give.
    #[must_use]
    pub fn recorded(self) -> Self {
        self.state().record = Some(Record::default());
        self
    }

    /// Returns how many calls there were.
    pub fn calls(&self) -> u64 {
        self.state().calls
    }

    /// Takes the record of the calls.
    pub fn take_record(&self) -> Record {
        self.state().record.take().unwrap_or_default()
    }

    /// Fills a buffer.
    pub fn fill(&self, bytes: &mut [u8]) {
        let mut state = self.state();
        state.generator.fill_bytes(bytes);
        if state.is_other {
            for byte in bytes {
                *byte = !*byte;
            }
        }
    }

    /// Returns so many bytes.
    pub(super) fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// Returns a number below another one, each with the same chance.
    pub(super) fn below(&self, end: u64) -> u64 {
        let end = end.max(1);
        let largest = u64::MAX - u64::MAX % end;
        let mut state = self.state();
        let mut number = state.generator.next_u64();
        while number >= largest {
            number = state.generator.next_u64();
        }
        let number = number % end;
        if state.is_other { (number + 1) % end } else { number }
    }

    /// Tells whether everything falls otherwise.
    pub(super) fn is_other(&self) -> bool {
        self.state().is_other
    }

    /// Tells whether values outlive this run, so that the clock may not count.
    pub(super) fn is_lasting(&self) -> bool {
        matches!(&self.state().root, Root::Placed(seed) if seed.is_lasting)
    }

    /// Returns what the call shall give again, where that is something that it could give. What
    /// does not fit is refused, and the record says so.
    pub(super) fn kept<T>(&self, fits: impl FnOnce(&[String]) -> Option<T>) -> Option<T> {
        let texts = {
            let state = self.state();
            state.kept.get(&state.site).cloned()
        }?;
        let found = fits(&texts);
        let mut state = self.state();
        let site = state.site;
        if let Some(record) = &mut state.record {
            let set = if found.is_some() { &mut record.kept } else { &mut record.refused };
            set.insert(site);
        }
        found
    }

    /// Says that a call cannot give what it should, since others give again what they gave.
    pub(super) fn refuse(&self) {
        let mut state = self.state();
        let site = state.site;
        if let Some(record) = &mut state.record {
            record.refused.insert(site);
        }
    }

    fn state(&self) -> RefMut<'_, State> {
        self.0.borrow_mut()
    }
}

impl Chance for Randomness {
    fn begin(&self, call: &Call<'_>) {
        let mut state = self.state();
        state.calls += 1;
        let calls = state.calls;
        let seed = match &state.root {
            Root::Counted(seed) => {
                let mut generator = ChaCha20Rng::from_seed(*seed);
                generator.set_stream(calls);
                state.generator = generator;
                return;
            }
            Root::Placed(seed) => Rc::clone(seed),
        };
        let place = site(&seed, call, None);
        let times = state.times.entry((call.entered, place)).or_default();
        *times += 1;
        let site = site(&seed, call, Some(*times));
        state.generator = ChaCha20Rng::from_seed(site.0);
        state.site = site;
        call.function.clone_into(&mut state.function);
        state.authority = call.arguments.iter().find_map(|it| Some(authority_of(it.value())?.0));
    }

    fn end(&self, result: &Value) {
        let mut state = self.state();
        let (site, function) = (state.site, state.function.clone());
        let authority = state.authority.take();
        let Some(record) = &mut state.record else {
            return;
        };
        let texts = match (authority_of(result), result) {
            (Some((certificate, key)), _) => vec![certificate, key],
            (None, Value::String(text)) => vec![text.to_str_lossy().into_owned()],
            (None, value) => vec![shown(value)],
        };
        record.drawn.insert(site, Drawn { function, texts, authority });
    }
}

/// Returns what the bytes of a call are made of.
fn site(seed: &Seed, call: &Call<'_>, times: Option<u64>) -> Site {
    let mut parts: Vec<Vec<u8>> = vec![PURPOSE.to_vec(), number(seed.place.len() as u64)];
    parts.extend(seed.place.iter().map(|part| part.as_bytes().to_vec()));
    parts.extend([call.file, call.source].map(|text| text.as_bytes().to_vec()));
    parts.extend([call.function.as_bytes().to_vec(), number(call.place as u64)]);
    // What a run only keeps for itself is told by its place: arguments may be random themselves.
    if seed.is_lasting {
        call.arguments.iter().for_each(|argument| add_value(argument.value(), &mut parts));
    }
    parts.push(number(times.unwrap_or_default()));
    Site(digest(&seed.key, parts))
}

fn number(number: u64) -> Vec<u8> {
    number.to_be_bytes().to_vec()
}

/// Returns what a key makes of texts, each with its length in front.
fn digest(key: &[u8], parts: impl IntoIterator<Item = Vec<u8>>) -> [u8; 32] {
    let Ok(mut code) = Hmac::<Sha256>::new_from_slice(key) else {
        return [0; 32];
    };
    for part in parts {
        code.update(&number(part.len() as u64));
        code.update(&part);
    }
    code.finalize().into_bytes().into()
}

fn add_value(value: &Value, parts: &mut Vec<Vec<u8>>) {
    match (authority_of(value), value) {
        (Some((certificate, key)), _) => parts.extend([certificate.into(), key.into()]),
        (None, Value::String(text)) => parts.push(text.as_bytes().to_vec()),
        (None, value) => parts.push(shown(value).into()),
    }
}

/// Returns a certificate and its key.
fn authority_of(value: &Value) -> Option<(String, String)> {
    let object = value.as_object::<CertificateObject>()?;
    Some((object.certificate().to_string(), object.key().to_string()))
}

fn shown(value: &Value) -> String {
    let shown = sprint(std::slice::from_ref(value), &Limits::default());
    shown.map(|text| text.to_string()).unwrap_or_default()
}

impl fmt::Debug for Randomness {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Randomness")
    }
}

#[cfg(test)]
mod tests;
