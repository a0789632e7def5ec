//! Processes, and the processor time that they take.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A process; it ends with its owner.
pub struct Process(Child);

impl Process {
    pub fn new(child: Child) -> Self {
        Self(child)
    }

    /// This program once more, in another part, and the line that it says when it is ready.
    pub fn again(arguments: &[&str]) -> (Self, String) {
        let mut command = Command::new(std::env::current_exe().unwrap());
        let mut child = command.args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut said = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
        (Self(child), said.trim().to_owned())
    }

    /// What it and its children have taken so far.
    pub fn processor_time(&self) -> Duration {
        let own = self.0.id();
        let all =
            std::fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
        let ticks: u64 = all.filter_map(|id: u32| ticks(id, own)).sum();
        // A hundred ticks are a second on every Linux.
        Duration::from_millis(ticks * 10)
    }
}

/// The ticks of a process, if it is this one or a child of it.
fn ticks(id: u32, own: u32) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // Behind the name, which can hold anything: state, parent, …
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let parent: u32 = fields.get(1)?.parse().ok()?;
    (id == own || parent == own).then(|| fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap())
}

impl Drop for Process {
    fn drop(&mut self) {
        // Not killed: nginx ends its workers itself.
        if let Some(id) = rustix::process::Pid::from_raw(i32::try_from(self.0.id()).unwrap()) {
            let _gone = rustix::process::kill_process(id, rustix::process::Signal::TERM);
        }
        let _reaped = self.0.wait();
    }
}
