#include "event.hpp"

namespace glassboard {
namespace {

using wire::Bytes;
using wire::key;
using wire::Reader;
using enum wire::Type;

// An empty value takes two bytes in a file and a hundred in memory; no writer comes near this many.
constexpr std::size_t kMaxValues = 1 << 20;
constexpr std::size_t kKeptValues = 1 << 10;

// Passes over a message whose fields are of no interest to a scan; what is not a message makes the event
// undecodable.
void check(Reader& reader) noexcept {
  Reader message(reader.bytes());
  while (message.more()) {
    message.key();
    message.skip();
  }
  if (!message.sound()) reader.fail(message.error());
}

void parse_value(Reader& summary, ValueView& out) noexcept {
  out = ValueView{};
  out.encoded = summary.bytes();
  Reader reader(out.encoded);
  TensorFields tensor;
  bool video = false;
  const auto set_form = [&](Form form) {
    if (form == Form::tensor && out.form != Form::tensor) tensor.reset();
    out.form = form;
  };
  while (reader.more()) {
    switch (reader.key()) {
      case key(1, kBytes): out.tag = reader.text(); break;
      case key(2, kFixed32):
        set_form(Form::scalar);
        out.number_bytes = {reader.at(), sizeof(float)};
        out.number = static_cast<double>(reader.fixed<float>());
        break;
      case key(3, kBytes):  // a histogram form that went before any release
        set_form(Form::none);
        reader.skip();
        break;
      case key(4, kBytes):
        set_form(Form::image);
        check(reader);
        break;
      case key(5, kBytes):
        set_form(Form::histo);
        check(reader);
        break;
      case key(6, kBytes):
        set_form(Form::audio);
        check(reader);
        break;
      case key(8, kBytes):
        set_form(Form::tensor);
        tensor.merge(reader.bytes(), reader);
        break;
      case key(9, kBytes):
        out.has_metadata = true;
        merge_metadata(reader.bytes(), out.metadata, reader);
        break;
      case key(kVideoField, kBytes):
        video = true;
        reader.skip();
        break;
      default: reader.skip();
    }
  }
  if (!reader.sound()) summary.fail(reader.error());
  if (video && out.form == Form::image) out.form = Form::video;
  if (out.form != Form::tensor) return;
  if (const auto element = tensor.only_element()) {
    out.one_number = true;
    out.number = *element;
    out.number_bytes = tensor.only_element_bytes();
  }
}

void parse_summary(Reader& event, std::vector<ValueView>& values) {
  Reader reader(event.bytes());
  while (reader.more()) {
    if (reader.key() == key(1, kBytes)) {
      if (values.size() == kMaxValues) reader.fail("more values than one event may have");
      parse_value(reader, values.emplace_back());
    } else {
      reader.skip();
    }
  }
  if (!reader.sound()) event.fail(reader.error());
}

// The first text field 1 of a message of no further interest.
std::string_view first_text(Bytes message, Reader& outer) noexcept {
  std::string_view text;
  Reader reader(message);
  while (reader.more()) {
    if (reader.key() == key(1, kBytes))
      text = reader.text();
    else
      reader.skip();
  }
  if (!reader.sound()) outer.fail(reader.error());
  return text;
}

bool is_session_start(Bytes message, Reader& outer) noexcept {
  bool start = false;
  Reader reader(message);
  while (reader.more()) {
    if (reader.key() == key(1, kVarint))
      start = reader.varint() == 1;
    else
      reader.skip();
  }
  if (!reader.sound()) outer.fail(reader.error());
  return start;
}

}  // namespace

void merge_metadata(Bytes message, MetadataView& out, Reader& outer) noexcept {
  Reader reader(message);
  while (reader.more()) {
    switch (reader.key()) {
      case key(1, kBytes): {
        Reader plugin(reader.bytes());
        while (plugin.more()) {
          switch (plugin.key()) {
            case key(1, kBytes): out.plugin_name = plugin.text(); break;
            case key(2, kBytes): out.plugin_content = plugin.text(); break;
            default: plugin.skip();
          }
        }
        if (!plugin.sound()) reader.fail(plugin.error());
        break;
      }
      case key(2, kBytes): out.display_name = reader.text(); break;
      case key(3, kBytes): out.description = reader.text(); break;
      case key(4, kVarint): out.data_class = static_cast<std::int32_t>(reader.varint()); break;
      default: reader.skip();
    }
  }
  if (!reader.sound()) outer.fail(reader.error());
}

bool parse_event(Bytes event, EventView& out) {
  out.wall_time = 0.0;
  out.step = 0;
  out.wall_time_at = nullptr;
  out.step_at = nullptr;
  out.what = What::nothing;
  out.session_start = false;
  out.body = {};
  out.tag = {};
  out.writer = {};
  if (out.values.capacity() > kKeptValues) out.values = {};
  out.values.clear();
  // A second member of the oneof replaces the first, except that two summaries are one.
  const auto set_what = [&out](What what) {
    if (what != out.what) out.values.clear();
    out.what = what;
  };
  Reader reader(event);
  while (reader.more()) {
    switch (reader.key()) {
      case key(1, kFixed64):
        out.wall_time_at = reader.at();
        out.wall_time = reader.fixed<double>();
        break;
      case key(2, kVarint):
        out.step_at = reader.at();
        out.step = static_cast<std::int64_t>(reader.varint());
        break;
      case key(3, kBytes):
        set_what(What::file_version);
        out.body = reader.bytes();
        break;
      case key(4, kBytes):
        set_what(What::graph_def);
        out.body = reader.bytes();
        break;
      case key(5, kBytes):
        set_what(What::summary);
        parse_summary(reader, out.values);
        break;
      case key(6, kBytes):
        set_what(What::nothing);
        check(reader);
        break;
      case key(7, kBytes):
        set_what(What::session_log);
        out.session_start = is_session_start(reader.bytes(), reader);
        break;
      case key(8, kBytes):
        set_what(What::run_metadata);
        out.body = reader.bytes();
        out.tag = first_text(out.body, reader);
        break;
      case key(9, kBytes):
        set_what(What::meta_graph_def);
        out.body = reader.bytes();
        break;
      case key(10, kBytes): out.writer = first_text(reader.bytes(), reader); break;
      default: reader.skip();
    }
  }
  return reader.sound();
}

}  // namespace glassboard
