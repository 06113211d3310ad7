//! The table: which name is which function.

use crate::helm::Profile;
use crate::helm::functions::{
    case, cast, date, decimal, defaults, dict, encoding, hash, json, list, number, path, random,
    reflection, regex, secret, text, toml, url, version, wrap, yaml,
};
use crate::helm::template::Functions;

/// Returns the functions of a Helm by the names that templates call them by.
pub fn functions(profile: Profile) -> Functions {
    let all = [
        of_case,
        of_cast,
        of_date,
        of_decimal,
        of_defaults,
        of_dict,
        of_encoding,
        of_hash,
        of_json,
        of_list,
        of_number,
        of_path,
        of_random,
        of_reflection,
        of_regex,
        of_secret,
        of_text,
        of_toml,
        of_url,
        of_version,
        of_wrap,
        of_yaml,
    ]
    .into_iter()
    .fold(Functions::builtins().with_profile(profile), |all, theme| all.with_all(theme()));
    match profile {
        Profile::Helm317 => all,
        Profile::Helm41 => all.with("mustToYaml", yaml::must_to_yaml),
    }
}

fn of_case() -> Functions {
    Functions::new()
        .with("upper", case::upper)
        .with("lower", case::lower)
        .with("title", case::title)
        .with("untitle", case::untitle)
        .with("swapcase", case::swapcase)
        .with("snakecase", case::snakecase)
        .with("kebabcase", case::kebabcase)
        .with("camelcase", case::camelcase)
}

fn of_cast() -> Functions {
    Functions::new()
        .with("toString", cast::to_string)
        .with("toStrings", cast::to_strings)
        .with("join", cast::join)
        .with("sortAlpha", cast::sort_alpha)
        .with("int", cast::int)
        .with("int64", cast::int64)
        .with("float64", cast::float64)
        .with("atoi", cast::atoi)
        .with("toDecimal", cast::to_decimal)
}

fn of_date() -> Functions {
    Functions::new()
        .with("now", date::now)
        .with("date", date::date)
        .with("dateInZone", date::date_in_zone)
        .with("date_in_zone", date::date_in_zone)
        .with("htmlDate", date::html_date)
        .with("htmlDateInZone", date::html_date_in_zone)
        .with("dateModify", date::date_modify)
        .with("date_modify", date::date_modify)
        .with("mustDateModify", date::must_date_modify)
        .with("must_date_modify", date::must_date_modify)
        .with("ago", date::ago)
        .with("duration", date::duration)
        .with("durationRound", date::duration_round)
        .with("toDate", date::to_date)
        .with("mustToDate", date::must_to_date)
        .with("unixEpoch", date::unix_epoch)
}

fn of_decimal() -> Functions {
    Functions::new()
        .with("addf", decimal::addf)
        .with("add1f", decimal::add1f)
        .with("subf", decimal::subf)
        .with("mulf", decimal::mulf)
        .with("divf", decimal::divf)
        .with("maxf", decimal::maxf)
        .with("minf", decimal::minf)
        .with("ceil", decimal::ceil)
        .with("floor", decimal::floor)
        .with("round", decimal::round)
}

fn of_defaults() -> Functions {
    Functions::new()
        .with("default", defaults::default)
        .with("empty", defaults::empty)
        .with("coalesce", defaults::coalesce)
        .with("all", defaults::all)
        .with("any", defaults::any)
        .with("ternary", defaults::ternary)
        .with("fail", defaults::fail)
        .with("required", defaults::required)
        .with("lookup", defaults::lookup)
        .with("getHostByName", defaults::get_host_by_name)
        .with("include", defaults::include)
        .with("tpl", defaults::tpl)
}

fn of_dict() -> Functions {
    Functions::new()
        .with("dict", dict::dict)
        .with("get", dict::get)
        .with("set", dict::set)
        .with("unset", dict::unset)
        .with("hasKey", dict::has_key)
        .with("pluck", dict::pluck)
        .with("keys", dict::keys)
        .with("values", dict::values)
        .with("pick", dict::pick)
        .with("omit", dict::omit)
        .with("dig", dict::dig)
        .with("merge", dict::merge)
        .with("mustMerge", dict::merge)
        .with("mergeOverwrite", dict::merge_overwrite)
        .with("mustMergeOverwrite", dict::merge_overwrite)
        .with("deepCopy", dict::deep_copy)
        .with("mustDeepCopy", dict::deep_copy)
}

fn of_encoding() -> Functions {
    Functions::new()
        .with("b64enc", encoding::b64enc)
        .with("b64dec", encoding::b64dec)
        .with("b32enc", encoding::b32enc)
        .with("b32dec", encoding::b32dec)
}

fn of_hash() -> Functions {
    Functions::new()
        .with("sha1sum", hash::sha1sum)
        .with("sha256sum", hash::sha256sum)
        .with("sha512sum", hash::sha512sum)
        .with("adler32sum", hash::adler32sum)
}

fn of_json() -> Functions {
    Functions::new()
        .with("toJson", json::to_json)
        .with("mustToJson", json::must_to_json)
        .with("toPrettyJson", json::to_pretty_json)
        .with("mustToPrettyJson", json::must_to_pretty_json)
        .with("toRawJson", json::to_raw_json)
        .with("mustToRawJson", json::to_raw_json)
        .with("fromJson", json::from_json)
        .with("fromJsonArray", json::from_json_array)
        .with("mustFromJson", json::must_from_json)
}

fn of_list() -> Functions {
    Functions::new()
        .with("list", list::list)
        .with("tuple", list::list)
        .with("append", list::append)
        .with("push", list::append)
        .with("mustAppend", list::append)
        .with("mustPush", list::append)
        .with("prepend", list::prepend)
        .with("mustPrepend", list::prepend)
        .with("concat", list::concat)
        .with("first", list::first)
        .with("mustFirst", list::first)
        .with("last", list::last)
        .with("mustLast", list::last)
        .with("rest", list::rest)
        .with("mustRest", list::rest)
        .with("initial", list::initial)
        .with("mustInitial", list::initial)
        .with("reverse", list::reverse)
        .with("mustReverse", list::reverse)
        .with("compact", list::compact)
        .with("mustCompact", list::compact)
        .with("uniq", list::uniq)
        .with("mustUniq", list::uniq)
        .with("without", list::without)
        .with("mustWithout", list::without)
        .with("has", list::has)
        .with("mustHas", list::has)
        .with("slice", list::slice)
        .with("mustSlice", list::slice)
        .with("chunk", list::chunk)
        .with("mustChunk", list::chunk)
}

fn of_number() -> Functions {
    Functions::new()
        .with("add", number::add)
        .with("add1", number::add1)
        .with("sub", number::sub)
        .with("mul", number::mul)
        .with("div", number::div)
        .with("mod", number::remainder)
        .with("max", number::max)
        .with("biggest", number::max)
        .with("min", number::min)
        .with("until", number::until)
        .with("untilStep", number::until_step)
        .with("seq", number::seq)
}

fn of_path() -> Functions {
    Functions::new()
        .with("base", path::base)
        .with("osBase", path::base)
        .with("dir", path::dir)
        .with("osDir", path::dir)
        .with("clean", path::clean)
        .with("osClean", path::clean)
        .with("ext", path::ext)
        .with("osExt", path::ext)
        .with("isAbs", path::is_abs)
        .with("osIsAbs", path::is_abs)
}

fn of_random() -> Functions {
    Functions::new()
        .with_random("randAlphaNum", random::rand_alpha_num)
        .with_random("randAlpha", random::rand_alpha)
        .with_random("randNumeric", random::rand_numeric)
        .with_random("randAscii", random::rand_ascii)
        .with_random("randInt", random::rand_int)
        .with_random("randBytes", random::rand_bytes)
        .with_random("shuffle", random::shuffle)
        .with_random("uuidv4", random::uuidv4)
}

fn of_reflection() -> Functions {
    Functions::new()
        .with("typeOf", reflection::type_of)
        .with("typeIs", reflection::type_is)
        .with("typeIsLike", reflection::type_is_like)
        .with("kindOf", reflection::kind_of)
        .with("kindIs", reflection::kind_is)
        .with("deepEqual", reflection::deep_equal)
}

fn of_regex() -> Functions {
    Functions::new()
        .with("regexMatch", regex::regex_match)
        .with("mustRegexMatch", regex::must_regex_match)
        .with("regexFind", regex::regex_find)
        .with("mustRegexFind", regex::must_regex_find)
        .with("regexFindAll", regex::regex_find_all)
        .with("mustRegexFindAll", regex::must_regex_find_all)
        .with("regexReplaceAll", regex::regex_replace_all)
        .with("mustRegexReplaceAll", regex::must_regex_replace_all)
        .with("regexReplaceAllLiteral", regex::regex_replace_all_literal)
        .with("mustRegexReplaceAllLiteral", regex::must_regex_replace_all_literal)
        .with("regexSplit", regex::regex_split)
        .with("mustRegexSplit", regex::must_regex_split)
        .with("regexQuoteMeta", regex::regex_quote_meta)
}

fn of_secret() -> Functions {
    Functions::new()
        .with_random("bcrypt", secret::bcrypt)
        .with_random("htpasswd", secret::htpasswd)
        .with("derivePassword", secret::derive_password)
        .with_random("encryptAES", secret::encrypt_aes)
        .with("decryptAES", secret::decrypt_aes)
        .with_random("genPrivateKey", secret::gen_private_key)
        .with("buildCustomCert", secret::build_custom_cert)
        .with_random("genCA", secret::gen_ca)
        .with_random("genCAWithKey", secret::gen_ca_with_key)
        .with_random("genSelfSignedCert", secret::gen_self_signed_cert)
        .with_random("genSelfSignedCertWithKey", secret::gen_self_signed_cert_with_key)
        .with_random("genSignedCert", secret::gen_signed_cert)
        .with_random("genSignedCertWithKey", secret::gen_signed_cert_with_key)
}

fn of_text() -> Functions {
    Functions::new()
        .with("hello", text::hello)
        .with("trim", text::trim)
        .with("trimAll", text::trim_all)
        .with("trimall", text::trim_all)
        .with("trimPrefix", text::trim_prefix)
        .with("trimSuffix", text::trim_suffix)
        .with("contains", text::contains)
        .with("hasPrefix", text::has_prefix)
        .with("hasSuffix", text::has_suffix)
        .with("replace", text::replace)
        .with("split", text::split)
        .with("splitList", text::split_list)
        .with("splitn", text::splitn)
        .with("substr", text::substr)
        .with("trunc", text::trunc)
        .with("repeat", text::repeat)
        .with("indent", text::indent)
        .with("nindent", text::nindent)
        .with("quote", text::quote)
        .with("squote", text::squote)
        .with("cat", text::cat)
        .with("plural", text::plural)
        .with("nospace", text::nospace)
        .with("initials", text::initials)
}

fn of_toml() -> Functions {
    Functions::new().with("toToml", toml::to_toml).with("fromToml", toml::from_toml)
}

fn of_url() -> Functions {
    Functions::new().with("urlParse", url::url_parse).with("urlJoin", url::url_join)
}

fn of_version() -> Functions {
    Functions::new().with("semver", version::semver).with("semverCompare", version::semver_compare)
}

fn of_wrap() -> Functions {
    Functions::new()
        .with("wrap", wrap::wrap)
        .with("wrapWith", wrap::wrap_with)
        .with("abbrev", wrap::abbrev)
        .with("abbrevboth", wrap::abbrevboth)
}

fn of_yaml() -> Functions {
    Functions::new()
        .with("toYaml", yaml::to_yaml)
        .with("fromYaml", yaml::from_yaml)
        .with("fromYamlArray", yaml::from_yaml_array)
        .with("toYamlPretty", yaml::to_yaml_pretty)
}
