//! The product as its users meet it, and the test support itself.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::format_push_string,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::too_many_lines,
    reason = "tests start programs, touch files, fail by panic and print what they counted; an \
              expected text is as long as it is"
)]

mod support;

mod it {
    mod agent_commands;
    mod agent_environment;
    mod agent_process;
    mod agent_rules;
    mod bad_charts;
    mod bad_definition;
    mod bad_destination;
    mod branches;
    mod cancel;
    mod chart_template;
    mod chart_verify;
    mod conformance;
    mod conformance_codes;
    mod conformance_install;
    mod connections;
    mod deletions;
    mod denials;
    mod destination;
    mod edit_documents;
    mod edit_lists;
    mod edit_properties;
    mod entra;
    mod failing;
    mod fixtures;
    mod fuzzed;
    mod git_faults;
    mod git_hosting;
    mod git_service;
    mod helm_answers;
    mod helm_profiles;
    mod hooks;
    mod hosting;
    mod identity;
    mod inputs;
    mod install;
    mod install_charts;
    mod install_registry;
    mod known_failures;
    mod laptop;
    mod links;
    mod local_failures;
    mod merging;
    mod network;
    mod ordering;
    mod ownership;
    mod packaged;
    mod paths;
    mod preview;
    mod product;
    mod publish;
    mod pull_request;
    mod pull_request_details;
    mod pull_request_set;
    mod randomness;
    mod randomness_keep;
    mod rendering;
    mod security;
    mod set;
    mod set_errors;
    mod set_files;
    mod signing;
    mod stress;
    mod versions;
    mod warnings;
    mod write_back;
    mod yaml_properties;
    mod yaml_units;
}
