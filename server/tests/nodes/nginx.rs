//! The same with Debian's nginx, `ssl_verify_client on`.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use app::api_node::FailureKind;
use tempfile::TempDir;
use tokio::net::TcpStream;

use crate::house::{House, draft, failure, pinned};
use crate::material::{Authority, VALID};

/// nginx on a port of its own; it ends with the test.
struct Nginx {
    process: Child,
    port: u16,
    _folder: TempDir,
}

impl Nginx {
    async fn start(servers: &Authority, clients: &Authority, protocols: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let own = servers.server(&["localhost"], VALID);
        let place = |name: &str| folder.path().join(name);
        std::fs::write(place("own.crt"), &own.certificate).unwrap();
        std::fs::write(place("own.key"), &own.key).unwrap();
        std::fs::write(place("clients.crt"), clients.pem()).unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        std::fs::write(place("nginx.conf"), configuration(folder.path(), port, protocols)).unwrap();
        let process = Command::new(program())
            .arg("-p")
            .arg(folder.path())
            .arg("-c")
            .arg(place("nginx.conf"))
            .args(["-e", "stderr"])
            .spawn()
            .unwrap();
        let nginx = Self { process, port, _folder: folder };
        for _ in 0..100 {
            if TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return nginx;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("nginx does not listen");
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _gone = self.process.kill();
        let _reaped = self.process.wait();
    }
}

fn program() -> PathBuf {
    let found = ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx"].map(PathBuf::from);
    found
        .into_iter()
        .find(|path| path.exists())
        .expect("nginx is not installed: `make test` installs it (tools/setup test)")
}

fn configuration(folder: &Path, port: u16, protocols: &str) -> String {
    let folder = folder.display();
    format!(
        "daemon off; master_process off; pid {folder}/nginx.pid; error_log stderr crit;\n\
         events {{ worker_connections 64; }}\n\
         http {{\n\
           access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;\n\
           fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;\n\
           server {{\n\
             listen 127.0.0.1:{port} ssl; server_name localhost; ssl_protocols {protocols};\n\
             ssl_certificate {folder}/own.crt; ssl_certificate_key {folder}/own.key;\n\
             ssl_client_certificate {folder}/clients.crt; ssl_verify_client on;\n\
             location / {{ return 200 \"$ssl_client_s_dn $ssl_protocol\"; }}\n\
           }}\n\
         }}\n"
    )
}

#[tokio::test]
async fn what_nginx_says_is_understood() {
    let (servers, clients, others) =
        (Authority::new("Server CA"), Authority::new("Client CA"), Authority::new("Other CA"));
    let house = House::new().await;
    let ca = house.upload_authority(&servers).await;
    let good = house.upload(&clients.client("payments", VALID), "Bank prod").await;
    let other = house.upload(&others.client("payments", VALID), "Other").await;
    for protocols in ["TLSv1.2", "TLSv1.3"] {
        let nginx = Nginx::start(&servers, &clients, protocols).await;
        let url = format!("https://localhost:{}/", nginx.port);
        let accepted = house.call(&house.create(pinned(draft(&url, &ca), &good)).await).await;
        assert_eq!(accepted.error, None);
        assert_eq!(accepted.answer.unwrap().body, format!("CN=payments {protocols}"));
        assert_eq!(accepted.tls.unwrap().issuer_is_accepted, Some(true));

        let none = house.call(&house.create(draft(&url, &ca)).await).await;
        assert_eq!(failure(&none), FailureKind::ClientCertificateRequired);
        assert_eq!(none.answer.unwrap().status, 400);
        let refused = house.call(&house.create(pinned(draft(&url, &ca), &other)).await).await;
        assert_eq!(failure(&refused), FailureKind::ClientCertificateRefused);
        let tls = refused.tls.unwrap();
        assert_eq!((tls.client_certificate_sent, tls.issuer_is_accepted), (true, Some(false)));
    }
}
