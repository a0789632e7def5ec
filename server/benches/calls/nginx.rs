//! nginx with `proxy_ssl_certificate`.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use tokio::net::TcpStream;

use crate::load::Target;
use crate::process::Process;

/// nginx on a port of its own, in front of the server on this one.
pub async fn start(folder: &Path, upstream: u16) -> (Process, SocketAddr) {
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let at = folder.display();
    let configuration = format!(
        "daemon off; user root; worker_processes 2; pid {at}/nginx.pid; error_log stderr crit;\n\
         events {{ worker_connections 1024; }}\n\
         http {{\n\
           access_log off; client_body_temp_path {at}/body; proxy_temp_path {at}/proxy;\n\
           fastcgi_temp_path {at}/fastcgi; uwsgi_temp_path {at}/uwsgi; scgi_temp_path {at}/scgi;\n\
           keepalive_requests 100000000;\n\
           upstream called {{ server 127.0.0.1:{upstream}; keepalive 64; keepalive_requests 100000000; }}\n\
           server {{\n\
             listen {address};\n\
             location / {{\n\
               proxy_pass https://called; proxy_http_version 1.1; proxy_set_header Connection \"\";\n\
               proxy_ssl_certificate {at}/client.crt; proxy_ssl_certificate_key {at}/client.key;\n\
               proxy_ssl_trusted_certificate {at}/ca.crt; proxy_ssl_verify on; proxy_ssl_name localhost;\n\
               proxy_ssl_server_name on; proxy_ssl_protocols TLSv1.2 TLSv1.3;\n\
             }}\n\
           }}\n\
         }}\n"
    );
    let configuration =
        if std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0) {
            configuration
        } else {
            configuration.replace("user root; ", "")
        };
    std::fs::write(folder.join("nginx.conf"), configuration).unwrap();
    let program = ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx"]
        .into_iter()
        .find(|path| Path::new(path).exists());
    let program = program.expect("nginx is not installed: `make bench` installs it (tools/setup test)");
    let mut command = Command::new(program);
    let child =
        command.arg("-p").arg(folder).arg("-c").arg(folder.join("nginx.conf")).args(["-e", "stderr"]).spawn().unwrap();
    let nginx = Process::new(child);
    while TcpStream::connect(address).await.is_err() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    (nginx, address)
}

pub fn target(address: SocketAddr, path: &str) -> Target {
    Target { address, head: format!("GET /{path} HTTP/1.1\r\nhost: localhost\r\n\r\n") }
}
