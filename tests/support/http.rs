//! A small HTTP/1.1 server on a loopback port: a thread a connection, keep-alive, TLS if asked for.

mod reply;
mod request;
mod tls;

pub(crate) use reply::{Progress, Reply, Response};
pub(crate) use request::Request;
pub(crate) use tls::Made;

use std::io::{BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A connection, encrypted or not.
pub(crate) trait Stream: Read + Write {}

impl<T: Read + Write> Stream for T {}

type Handler = dyn Fn(&Request, &mut Reply<'_>) + Send + Sync;

/// A listening server; it closes every connection when it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    port: u16,
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    closing: AtomicBool,
    encryption: OnceLock<Arc<ServerConfig>>,
    connections: Mutex<Vec<TcpStream>>,
    panics: Mutex<Vec<String>>,
}

impl Server {
    /// Listens on a free port and gives every request to `handler`.
    pub(crate) fn start(
        handler: impl Fn(&Request, &mut Reply<'_>) + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("address").port();
        let state = Arc::new(State::default());
        let (accepting, handler) = (Arc::clone(&state), Arc::new(handler) as Arc<Handler>);
        thread::spawn(move || accept(&listener, &accepting, &handler));
        Self { port, state }
    }

    /// Encrypts the connections from now on; returns the certificate of the authority as PEM.
    pub(crate) fn encrypt(&self) -> String {
        self.encrypt_for(false).authority
    }

    /// Encrypts the connections from now on, for clients with a certificate only if it is said so.
    pub(crate) fn encrypt_for(&self, of_clients_too: bool) -> Made {
        let made = tls::self_made(of_clients_too);
        let configuration = Arc::clone(&made.configuration);
        self.state.encryption.set(configuration).expect("encryption is set up once");
        made
    }

    /// Returns `http://127.0.0.1:PORT`, or `https` when encrypted.
    pub(crate) fn url(&self) -> String {
        let secure = self.state.encryption.get().is_some();
        format!("{}://127.0.0.1:{}", if secure { "https" } else { "http" }, self.port)
    }

    /// Returns what handlers panicked with.
    pub(crate) fn panics(&self) -> Vec<String> {
        locked(&self.state.panics).clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.state.closing.store(true, Ordering::SeqCst);
        // Wakes the thread that accepts; it may be gone already.
        drop(TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)));
        for connection in locked(&self.state.connections).iter() {
            drop(connection.shutdown(Shutdown::Both));
        }
    }
}

/// Returns the content of a mutex, also after a panic elsewhere.
pub(crate) fn locked<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn accept(listener: &TcpListener, state: &Arc<State>, handler: &Arc<Handler>) {
    for socket in listener.incoming().flatten() {
        if state.closing.load(Ordering::SeqCst) {
            break;
        }
        let copy = socket.try_clone().expect("socket");
        locked(&state.connections).push(copy);
        let (state, handler) = (Arc::clone(state), Arc::clone(handler));
        thread::spawn(move || serve(socket, &state, &*handler));
    }
}

fn serve(socket: TcpStream, state: &State, handler: &Handler) {
    // Small answers must not wait for each other.
    drop(socket.set_nodelay(true));
    let raw = socket.try_clone().expect("socket");
    let stream: Box<dyn Stream> = match state.encryption.get() {
        Some(configuration) => {
            let connection = ServerConnection::new(Arc::clone(configuration)).expect("TLS");
            Box::new(StreamOwned::new(connection, socket))
        }
        None => Box::new(socket),
    };
    let mut stream = BufReader::new(stream);
    while let Some(request) = Request::read(&mut stream) {
        let last = request.is_last();
        let mut reply = Reply::new(stream.get_mut());
        let outcome = panic::catch_unwind(AssertUnwindSafe(|| handler(&request, &mut reply)));
        if let Err(panic) = &outcome {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            locked(&state.panics).push(text.unwrap_or_else(|| "no message".to_owned()));
        }
        if outcome.is_err() || last || reply.is_over() {
            break;
        }
    }
    drop(raw.shutdown(Shutdown::Both));
}
