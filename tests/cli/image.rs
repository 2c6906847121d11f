//! The container image, as far as its recipe can be read without building it.

/// The instructions of the recipe, each on one line.
fn recipe() -> Vec<String> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/Dockerfile")).unwrap();
    let kept: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    kept.join("\n")
        .replace("\\\n", " ")
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

#[test]
fn the_image_runs_as_an_unprivileged_pid_1_that_tells_its_health() {
    let recipe = recipe();
    let last_stage = recipe.iter().rposition(|line| line.starts_with("FROM ")).unwrap();
    let stage = &recipe[last_stage..];
    for line in [
        "USER 10001:10001",
        "VOLUME [\"/data\"]",
        "EXPOSE 2005",
        "ENV CARTWRIGHT_LISTEN=0.0.0.0:2005 CARTWRIGHT_DATABASE=sqlite:/data/cartwright.db",
        "ENTRYPOINT [\"/cartwright\"]",
    ] {
        assert!(stage.iter().any(|found| found == line), "{line}: {stage:#?}");
    }
    let health = stage.iter().find(|line| line.starts_with("HEALTHCHECK ")).unwrap();
    assert!(health.ends_with(" CMD [\"/cartwright\", \"health\"]"), "{health}");
}

#[test]
fn the_image_is_built_with_the_rust_and_the_lock_file_of_the_package() {
    let recipe = recipe();
    let version = env!("CARGO_PKG_RUST_VERSION");
    assert!(recipe.iter().any(|line| line.starts_with(&format!("FROM rust:{version}-"))), "{recipe:#?}");
    assert!(recipe.iter().any(|line| line.contains("cargo build --locked --profile dist")));
}
