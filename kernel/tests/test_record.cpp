#include <string>
#include <vector>

#include "check.hpp"
#include "record.hpp"

namespace glassboard::tests {
namespace {

Bytes bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

std::string frame_of(const std::string& data) {
  std::string out;
  append_frame(out, bytes_of(data));
  return out;
}

// A sound header that claims `length` bytes, with nothing behind it.
std::string header_of(std::uint64_t length) {
  std::string header(reinterpret_cast<const char*>(&length), sizeof length);
  const std::uint32_t crc = mask_crc(crc32c(bytes_of(header)));
  return header.append(reinterpret_cast<const char*>(&crc), sizeof crc);
}

std::vector<std::string> read_all(RecordReader& reader, const std::string& bytes) {
  std::vector<std::string> out;
  reader.begin(bytes_of(bytes));
  Record record{};
  while (reader.next(record)) {
    out.emplace_back(reinterpret_cast<const char*>(record.data.data()), record.data.size());
  }
  return out;
}

}  // namespace

void record_waits_and_resumes() {
  const std::string file = frame_of("first") + frame_of("") + frame_of("third");
  for (std::size_t cut = 0; cut <= file.size(); ++cut) {
    RecordReader reader(1024);
    std::vector<std::string> records = read_all(reader, file.substr(0, cut));
    CHECK(reader.offset() <= cut && reader.offset() + reader.wanted_bytes() > cut);
    for (std::string& record : read_all(reader, file.substr(reader.offset()))) records.push_back(record);
    CHECK((records == std::vector<std::string>{"first", "", "third"}));
    CHECK(reader.offset() == file.size() && reader.take_damage().empty());
  }
  RecordReader waiting(1 << 20);
  CHECK(read_all(waiting, header_of(1000)).empty());
  CHECK(waiting.offset() == 0 && waiting.wanted_bytes() == 1016 && waiting.take_damage().empty());
}

void record_resynchronises() {
  const std::string good = frame_of("good");
  std::string bad_data = frame_of("bad!");
  bad_data[13] = 'B';
  std::string bad_length = frame_of("bad!");
  bad_length[0] = 5;
  const struct {
    std::string damage;
    Reason reason;
  } cases[] = {{bad_data, Reason::data_checksum},
               {bad_length, Reason::length_checksum},
               {header_of(1025), Reason::too_long},
               {header_of(~0ULL), Reason::too_long},
               {std::string(5000, '\0'), Reason::length_checksum},
               {header_of(1024) + std::string(2000, 'x'), Reason::data_checksum},
               {bad_data + "garbage" + bad_length, Reason::data_checksum}};
  for (const auto& each : cases) {
    RecordReader reader(1024);
    const std::string file = good + each.damage + good;
    CHECK((read_all(reader, file) == std::vector<std::string>{"good", "good"}));
    const std::vector<Damage> damage = reader.take_damage();
    CHECK(damage.size() == 1 && damage[0].offset == good.size() && damage[0].length == each.damage.size() &&
          damage[0].reason == each.reason);
  }
  RecordReader reader(1024);  // damage that grows at the end of the file keeps its offset
  CHECK(read_all(reader, std::string(20, 'x')).empty());
  const std::vector<Damage> first = reader.take_damage();
  CHECK(first.size() == 1 && first[0].offset == 0 && first[0].length == 9);
  CHECK(reader.take_damage().empty());
  CHECK(read_all(reader, std::string(11, 'x') + good).size() == 1);
  const std::vector<Damage> grown = reader.take_damage();
  CHECK(grown.size() == 1 && grown[0].offset == 0 && grown[0].length == 20);
}

// Every 12 bytes a sound header claims the rest of the file. Checked directly, that would be 10^13 bytes of
// checksums.
void record_search_is_linear() {
  constexpr std::size_t kHeaders = 400'000;
  std::string trap;
  for (std::size_t i = 0; i < kHeaders; ++i) trap += header_of((kHeaders - i) * kHeaderBytes);
  const std::string file = trap + std::string(64, 'x') + frame_of("found");
  RecordReader reader(1 << 30);
  CHECK((read_all(reader, file) == std::vector<std::string>{"found"}));
  CHECK(reader.take_damage().size() == 1);
}

}  // namespace glassboard::tests
