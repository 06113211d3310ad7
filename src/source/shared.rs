//! What is made once, however many ask for it.

use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::{Mutex, OnceCell};

/// Values by key, each made once a run.
#[derive(Debug)]
pub(super) struct Shared<K, V>(Mutex<BTreeMap<K, Arc<OnceCell<V>>>>);

impl<K, V> Default for Shared<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Ord, V: Clone> Shared<K, V> {
    /// Returns the value of a key, which the first who asks makes. The others wait for it; after a
    /// failure the next tries.
    pub(super) async fn get<E>(
        &self,
        key: K,
        make: impl AsyncFnOnce() -> Result<V, E>,
    ) -> Result<V, E> {
        let cell = Arc::clone(self.0.lock().await.entry(key).or_default());
        cell.get_or_try_init(|| make()).await.cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[tokio::test(flavor = "current_thread")]
    async fn a_value_is_made_once() {
        let (shared, count) = (Shared::default(), Cell::new(0));
        let made = async || {
            tokio::task::yield_now().await;
            count.set(count.get() + 1);
            Some(count.get()).filter(|count| *count > 1).ok_or("the first fails")
        };
        let value = async |key: &'static str| shared.get(key, made).await;
        assert_eq!(value("a").await, Err("the first fails"));
        assert_eq!(tokio::join!(value("a"), value("a")), (Ok(2), Ok(2)));
        assert_eq!(value("b").await, Ok(3));
        assert_eq!(value("a").await, Ok(2));
    }
}
