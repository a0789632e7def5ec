//! What the running process has turned off.

use crate::signet::Place;

#[test]
fn there_are_no_core_dumps() {
    let place = Place::new();
    let server = place.serve();
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", server.id())).unwrap();
    let line = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    let words: Vec<&str> = line.split_whitespace().collect();
    assert_eq!(words[4..6], ["0", "0"], "soft and hard: {line}");
}

#[test]
fn its_memory_is_nobody_elses() {
    use std::os::unix::fs::MetadataExt as _;
    let place = Place::new();
    let server = place.serve();
    let folder = std::fs::metadata(format!("/proc/{}", server.id())).unwrap();
    let memory = std::fs::metadata(format!("/proc/{}/mem", server.id())).unwrap();
    // The folder of a process that cannot be dumped keeps its owner, its files go to root: to the same user they are closed then.
    assert_eq!(memory.uid(), 0);
    if folder.uid() != 0 {
        assert!(std::fs::File::open(format!("/proc/{}/mem", server.id())).is_err());
    }
}
