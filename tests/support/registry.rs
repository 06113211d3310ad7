//! A real OCI registry on a loopback port, which wants a user and a password.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::support::helm;

/// The user of the registry.
pub(crate) const USER: &str = "user";
/// The user's password, which the file below has as bcrypt writes it.
pub(crate) const PASSWORD: &str = "s3cret";
const HASHED: &str = "user:$2b$05$xJSoEFxVU4FpqXvbVdR2j.eVl3l6a4Yass1TPnfHV5C9hecymrwsy\n";

/// A registry; it ends with the value.
pub(crate) struct Registry {
    process: Child,
    port: u16,
    folder: TempDir,
}

impl Registry {
    /// Starts a registry; `None` where the program is not installed (`scripts/install-registry`).
    pub(crate) fn start() -> Option<Self> {
        let program = program()?;
        let folder = tempfile::tempdir().expect("folder");
        let port = free_port();
        let root = folder.path().display();
        let settings = format!(
            "version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: \
             {root}/data}}}}\nhttp: {{addr: '127.0.0.1:{port}', secret: x}}\nauth: {{htpasswd: \
             {{realm: r, path: {root}/users}}}}\n"
        );
        std::fs::write(folder.path().join("users"), HASHED).expect("users");
        std::fs::write(folder.path().join("config.yml"), settings).expect("settings");
        let process = Command::new(program)
            .arg("serve")
            .arg(folder.path().join("config.yml"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the registry");
        let registry = Self { process, port, folder };
        registry.wait();
        Some(registry)
    }

    /// Returns the host with its port.
    pub(crate) fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Packs a chart with the real Helm, and pushes it below `oci://HOST/charts`.
    pub(crate) fn push(&self, chart: &Path) {
        let helm = |arguments: &[&str]| {
            let output = Command::new(helm::folder().join("helm"))
                .args(arguments)
                .current_dir(self.folder.path())
                .env("HELM_CONFIG_HOME", self.folder.path())
                .env("HELM_CACHE_HOME", self.folder.path())
                .output()
                .expect("helm");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).expect("text")
        };
        let packed = helm(&["package", chart.to_str().expect("a UTF-8 path")]);
        let archive = packed.trim().rsplit(' ').next().expect("the archive").to_owned();
        helm(&["registry", "login", &self.host(), "-u", USER, "-p", PASSWORD, "--insecure"]);
        helm(&["push", "--plain-http", &archive, &format!("oci://{}/charts", self.host())]);
    }

    /// Returns the file in which the real Helm keeps its login.
    pub(crate) fn login(&self) -> PathBuf {
        self.folder.path().join("registry/config.json")
    }

    fn wait(&self) {
        let start = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            assert!(start.elapsed() < Duration::from_secs(30), "the registry does not start");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/registry");
    let folders = std::iter::once(installed).chain(std::env::split_paths(&path));
    folders.map(|folder| folder.join("docker-registry")).find(|program| program.is_file())
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("address").port()
}
