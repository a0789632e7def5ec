//! Runs the binary in a folder of its own, without the settings of whoever runs the tests.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::LazyLock;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

/// Everybody's password.
pub const PASSWORD: &str = "a horse in a blue hat";

/// A folder in which `signet` is run.
pub struct Place(TempDir);

/// What a command left behind.
#[derive(Debug)]
pub struct Outcome {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Outcome {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Place {
    pub fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file, and says where it is.
    pub fn write(&self, name: &str, contents: &str) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, contents).unwrap();
        path
    }

    pub fn run(&self, arguments: &[&str]) -> Outcome {
        self.run_with(arguments, &[])
    }

    pub fn run_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Outcome {
        let mut command = self.command(arguments);
        Outcome::of(command.envs(environment.iter().copied()).output().unwrap())
    }

    /// Runs it with this on its standard input.
    pub fn run_typing(&self, arguments: &[&str], input: &[u8]) -> Outcome {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // It may have ended without reading.
        let _unread = child.stdin.take().unwrap().write_all(input);
        Outcome::of(child.wait_with_output().unwrap())
    }

    /// Starts the server on a free port and waits until it listens.
    pub fn serve(&self) -> Server {
        self.serve_with(&["--log", "warn"], &[], Stdio::inherit())
    }

    /// The same with more arguments and settings, and its log led elsewhere.
    pub fn serve_with(&self, arguments: &[&str], environment: &[(&str, &str)], log: Stdio) -> Server {
        let mut command = self.command(&[&["serve", "--addr", "127.0.0.1:0"], arguments].concat());
        let mut child = command.envs(environment.iter().copied()).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let line = read_line(&mut stdout);
        let address = line.split_once("://").filter(|(before, _)| before.starts_with("Signet is listening on http"));
        let address = address.unwrap_or_else(|| panic!("{line:?}")).1.to_owned();
        Server { child, stdout, address }
    }

    /// Starts a command and does not wait for its end.
    pub fn spawn(&self, arguments: &[&str]) -> Child {
        self.command(arguments).stdout(Stdio::null()).spawn().unwrap()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_signet"));
        command.args(arguments).current_dir(self.path()).stdin(Stdio::null());
        for (name, _value) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("SIGNET_") {
                command.env_remove(name);
            }
        }
        // Not those that happen to be built beside the program.
        command.env("SIGNET_SITE_DIR", pages());
        command
    }
}

/// Pages' files without contents, in the one place where every test finds them.
fn pages() -> &'static Path {
    static PAGES: LazyLock<PathBuf> = LazyLock::new(|| {
        let site = Path::new(env!("CARGO_TARGET_TMPDIR")).join("site");
        std::fs::create_dir_all(site.join("pkg")).unwrap();
        for name in ["signet.css", "signet.js", "signet.wasm"] {
            std::fs::write(site.join("pkg").join(name), "").unwrap();
        }
        site
    });
    &PAGES
}

/// A running server; killed if the test forgets it.
pub struct Server {
    child: Child,
    stdout: BufReader<ChildStdout>,
    pub address: String,
}

/// An HTTP answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Server {
    /// The next line that it prints.
    pub fn line(&mut self) -> String {
        read_line(&mut self.stdout)
    }

    pub fn get(&self, path: &str) -> Answer {
        self.exchange(&format!("GET {path} HTTP/1.0\r\nHost: {}\r\n\r\n", self.address))
    }

    /// Reads something of the REST API with this token.
    pub fn get_with(&self, path: &str, token: &str) -> Answer {
        let address = &self.address;
        self.exchange(&format!("GET {path} HTTP/1.0\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\r\n"))
    }

    /// Calls a server function; `cookie` is empty or a line of the head.
    pub fn call(&self, function: &str, arguments: &Value, cookie: &str) -> Answer {
        self.exchange(&self.call_text(function, arguments, cookie))
    }

    pub fn call_text(&self, function: &str, arguments: &Value, cookie: &str) -> String {
        let (address, body) = (&self.address, arguments.to_string());
        let length = body.len();
        format!(
            "POST /sfn/{function} HTTP/1.0\r\nHost: {address}\r\nOrigin: http://{address}\r\n{cookie}\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        )
    }

    pub fn connect(&self) -> TcpStream {
        let connection = TcpStream::connect(&self.address).unwrap();
        connection.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        connection
    }

    fn exchange(&self, request: &str) -> Answer {
        let mut connection = self.connect();
        connection.write_all(request.as_bytes()).unwrap();
        read_answer(&mut connection)
    }

    /// The process's number.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Creates the company Meridian with its administrator, and signs in: the cookie's line for the next request.
    pub fn set_up(&mut self) -> String {
        let line = self.line();
        let token = line.split_once("token=").unwrap_or_else(|| panic!("{line}")).1.to_owned();
        let request = serde_json::json!({ "request": {
            "token": token, "company": "Meridian Retail", "name": "Ana Ruiz", "email": "ana@meridian.example",
            "password": PASSWORD
        } });
        self.call("set-up", &request, "").cookie()
    }

    /// Sends a request as it stands and reads the whole answer.
    pub fn exchange_text(&self, request: &str) -> Answer {
        self.exchange(request)
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Waits for its end; `None` if it was killed.
    pub fn exit_code(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has ended already where the test waited for it.
        let _ended = self.child.kill();
        let _waited = self.child.wait();
    }
}

pub fn read_answer(connection: &mut TcpStream) -> Answer {
    let mut text = String::new();
    connection.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{text:?}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head: head.to_owned(), body: body.to_owned() }
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The session's cookie as a line of the next request's head.
    pub fn cookie(&self) -> String {
        let start = self.head.find("set-cookie: ").unwrap_or_else(|| panic!("{self:?}"));
        let pair = self.head[start + "set-cookie: ".len()..].split(';').next().unwrap();
        format!("Cookie: {pair}\r\n")
    }
}

fn read_line(stdout: &mut BufReader<ChildStdout>) -> String {
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    line.trim_end_matches('\n').to_owned()
}
