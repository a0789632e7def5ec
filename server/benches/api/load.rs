//! Asks a server as fast as it answers, over connections that stay open.

use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// Connections at once: enough to keep both cores busy.
const CONNECTIONS: usize = 16;
const WARM_UP: Duration = Duration::from_secs(1);
const TIME: Duration = Duration::from_secs(3);
const ROUNDS: usize = 5;

/// How it went.
#[derive(Clone, Copy)]
pub struct Load {
    pub per_second: f64,
    /// Milliseconds.
    pub p50: f64,
    /// Milliseconds.
    pub p99: f64,
    /// Requests in all rounds, with the one before that is not measured.
    pub asked: u64,
}

/// A request to an address.
pub struct Target {
    pub address: std::net::SocketAddr,
    pub head: String,
}

/// The best of several rounds of each: what disturbs a round is not what is measured. They are asked in turns, so that what disturbs for longer
/// than a round disturbs all of them.
pub async fn best_of_each<const N: usize>(targets: [&Target; N]) -> [Load; N] {
    let mut asked = [0; N];
    for (target, asked) in targets.into_iter().zip(&mut asked) {
        *asked += round(target, WARM_UP).await.asked;
    }
    let mut best: [Option<Load>; N] = [None; N];
    for _ in 0..ROUNDS {
        for ((target, best), asked) in targets.into_iter().zip(&mut best).zip(&mut asked) {
            let load = round(target, TIME).await;
            *asked += load.asked;
            *best = Some(best.filter(|best| best.per_second > load.per_second).unwrap_or(load));
        }
    }
    let mut asked = asked.into_iter();
    best.map(|best| Load { asked: asked.next().unwrap(), ..best.unwrap() })
}

async fn round(target: &Target, time: Duration) -> Load {
    let end = Instant::now() + time;
    let connections = (0..CONNECTIONS).map(|_| {
        let (address, head) = (target.address, target.head.clone());
        tokio::spawn(async move {
            let mut connection = Connection::open(address).await;
            let mut times = Vec::new();
            while Instant::now() < end {
                let start = Instant::now();
                let (status, _body) = connection.ask(head.as_bytes(), b"").await;
                assert_eq!(status, 200);
                times.push(start.elapsed());
            }
            times
        })
    });
    let mut times = Vec::new();
    for connection in connections.collect::<Vec<_>>() {
        times.extend(connection.await.unwrap());
    }
    times.sort_unstable();
    let at = |hundredth: usize| times[(times.len() * hundredth / 100).min(times.len() - 1)].as_secs_f64() * 1000.0;
    #[expect(clippy::cast_precision_loss, reason = "thousands")]
    let per_second = times.len() as f64 / time.as_secs_f64();
    Load { per_second, p50: at(50), p99: at(99), asked: times.len() as u64 }
}

/// A connection that stays open.
pub struct Connection(BufReader<TcpStream>);

impl Connection {
    pub async fn open(address: std::net::SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self(BufReader::with_capacity(1 << 17, stream))
    }

    /// Sends a head and a body; answers with status and body. (Both servers say how long their answers are.)
    pub async fn ask(&mut self, head: &[u8], body: &[u8]) -> (u16, Vec<u8>) {
        self.0.get_mut().write_all(&[head, body].concat()).await.unwrap();
        let mut line = Vec::new();
        let (mut status, mut length) = (0, 0);
        loop {
            line.clear();
            self.0.read_until(b'\n', &mut line).await.unwrap();
            let text = str::from_utf8(&line).unwrap().trim_end();
            match text.split_once(':') {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = value.trim().parse().unwrap();
                }
                Some(_other) => {}
                None if text.is_empty() => break,
                None => status = text[9..12].parse().unwrap(),
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).await.unwrap();
        (status, body)
    }
}
