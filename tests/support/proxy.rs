//! A forward proxy on a loopback port: it tunnels to one server, whatever host is asked for.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::support::http::locked;

/// A proxy; it listens until the test ends.
#[derive(Debug)]
pub(crate) struct Proxy {
    port: u16,
    log: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Starts a proxy that leads to the server at `target`, for who shows `user:password`.
    pub(crate) fn start(target: &str, credentials: &str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("address").port();
        let log: Arc<Mutex<Vec<String>>> = Arc::default();
        let (seen, target) = (Arc::clone(&log), target.to_owned());
        let wanted = format!("Basic {}", STANDARD.encode(credentials));
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (seen, target, wanted) = (Arc::clone(&seen), target.clone(), wanted.clone());
                thread::spawn(move || serve(client, &target, &wanted, &seen));
            }
        });
        Self { port, log }
    }

    /// Returns the address.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Returns what was asked for, such as `CONNECT git.contoso.test:443`.
    pub(crate) fn log(&self) -> Vec<String> {
        locked(&self.log).clone()
    }
}

fn serve(client: TcpStream, target: &str, wanted: &str, log: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(client.try_clone().expect("socket"));
    let (mut first, mut shown) = (String::new(), String::new());
    if reader.read_line(&mut first).is_err() {
        return;
    }
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).is_err() || line.trim().is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').unwrap_or((&line, ""));
        if name.eq_ignore_ascii_case("proxy-authorization") {
            value.trim().clone_into(&mut shown);
        }
    }
    let words: Vec<&str> = first.split(' ').take(2).collect();
    locked(log).push(words.join(" "));
    let mut client = client;
    if shown != wanted {
        drop(client.write_all(
            b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"p\"\r\n\
              Content-Length: 0\r\nConnection: close\r\n\r\n",
        ));
        return;
    }
    let mut server = TcpStream::connect(target).expect("the server behind the proxy");
    drop(client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n"));
    let (mut to, mut from) =
        (server.try_clone().expect("socket"), client.try_clone().expect("socket"));
    let forth = thread::spawn(move || {
        pump(&mut from, &mut to);
    });
    pump(&mut server, &mut client);
    drop(forth.join());
}

fn pump(from: &mut TcpStream, to: &mut TcpStream) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        if to.write_all(buffer.get(..length).unwrap_or_default()).is_err() {
            break;
        }
    }
    drop(to.shutdown(Shutdown::Both));
    drop(from.shutdown(Shutdown::Both));
}
