// A scanner's state as bytes, so that what was read once need not be read again.
// Both messages are protocol buffers of our own, never seen outside the index.
#include "batch.hpp"
#include "encode.hpp"

namespace glassboard {
namespace {

using wire::key;
using wire::put_int;
using wire::put_text;
using wire::Reader;
using enum wire::Type;

MetadataView view_of(const Metadata& metadata) noexcept {
  return {metadata.plugin_name, metadata.plugin_content, metadata.display_name, metadata.description,
          metadata.data_class};
}

void read_tag(Reader& table, SeriesTable& series) {
  Reader reader(table.bytes());
  std::string_view name;
  MetadataView metadata;
  bool has_metadata = false;
  while (reader.more()) {
    switch (reader.key()) {
      case key(1, kBytes): name = reader.text(); break;
      case key(2, kBytes):
        has_metadata = true;
        merge_metadata(reader.bytes(), metadata, reader);
        break;
      default: reader.fail("unknown field");
    }
  }
  if (!reader.sound()) return table.fail(reader.error());
  const std::size_t index = series.tag_count();
  if (series.tag(name) != index) return table.fail("a tag stands twice");
  if (has_metadata) series.keep_metadata(static_cast<std::uint32_t>(index), metadata);
}

void read_series(Reader& table, SeriesTable& series) {
  Reader reader(table.bytes());
  const std::uint64_t tag = reader.varint();
  const std::uint64_t form = reader.varint();
  if (!reader.sound() || reader.more()) return table.fail("a series is a tag and a form");
  if (tag >= series.tag_count()) return table.fail("a series of no tag");
  if (form > static_cast<std::uint64_t>(Form::video)) return table.fail("a series of no form");
  const std::size_t index = series.size();
  const std::int32_t got = series.series(static_cast<std::uint32_t>(tag), static_cast<Form>(form));
  if (static_cast<std::size_t>(got) != index) table.fail("a series stands twice");
}

}  // namespace

std::string Scanner::position() const {
  const Position position = reader_.position();
  std::string out;
  put_int(out, 1, static_cast<std::int64_t>(position.offset));
  if (!before_first_record_) put_int(out, 2, 1);
  if (position.open) {
    put_int(out, 3, static_cast<std::int64_t>(position.open_damage.offset));
    put_int(out, 4, static_cast<std::int64_t>(position.open_damage.reason));
    put_int(out, 5, static_cast<std::int64_t>(position.reported));
  }
  return out;
}

std::string Scanner::table() const {
  std::string out;
  if (has_file_version_) put_text(out, 1, file_version_);
  if (!writer_.empty()) put_text(out, 2, writer_);
  std::string message;
  for (std::uint32_t tag = 0; tag < series_.tag_count(); ++tag) {
    message.clear();
    put_text(message, 1, series_.name_of(tag));
    if (const Metadata* metadata = series_.metadata(tag)) {
      put_text(message, 2, encode_metadata(view_of(*metadata)));
    }
    put_text(out, 3, message);
  }
  for (std::size_t series = 0; series < series_.size(); ++series) {
    message.clear();
    wire::put_varint(message, series_.tag_of(series));
    wire::put_varint(message, static_cast<std::uint64_t>(series_.form_of(series)));
    put_text(out, 4, message);
  }
  return out;
}

bool Scanner::resume(Bytes position, Bytes table) {
  Position at;
  Reader place(position);
  while (place.more()) {
    switch (place.key()) {
      case key(1, kVarint): at.offset = place.varint(); break;
      case key(2, kVarint): before_first_record_ = place.varint() == 0; break;
      case key(3, kVarint):
        at.open = true;
        at.open_damage.offset = place.varint();
        break;
      case key(4, kVarint): {
        const std::uint64_t reason = place.varint();
        if (reason > static_cast<std::uint64_t>(Reason::undecodable)) place.fail("no reason");
        at.open_damage.reason = static_cast<Reason>(reason);
        break;
      }
      case key(5, kVarint): at.reported = place.varint(); break;
      default: place.fail("unknown field");
    }
  }
  if (!place.sound() || at.offset > (std::uint64_t{1} << 62)) return false;
  if (at.open && (at.open_damage.offset > at.offset || at.reported > at.offset - at.open_damage.offset)) {
    return false;
  }
  reader_.resume(at);
  Reader reader(table);
  while (reader.more()) {
    switch (reader.key()) {
      case key(1, kBytes):
        has_file_version_ = true;
        file_version_ = reader.text();
        break;
      case key(2, kBytes): writer_ = reader.text(); break;
      case key(3, kBytes): read_tag(reader, series_); break;
      case key(4, kBytes): read_series(reader, series_); break;
      default: reader.fail("unknown field");
    }
  }
  return reader.sound();
}

}  // namespace glassboard
