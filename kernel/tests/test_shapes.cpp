#include <string>

#include "batch.hpp"
#include "check.hpp"
#include "encode.hpp"
#include "shapes.hpp"

namespace glassboard::tests {
namespace {

Bytes bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

std::string scalar(std::string_view tag, std::int64_t step, float value) {
  std::string out;
  Point point;
  point.tag = tag;
  point.step = step;
  point.wall_time = 1e9 + static_cast<double>(step);
  append_scalar(out, point, value);
  return out;
}

// Loss and accuracy by turns, from `first` to before `end`.
std::string turns(std::int64_t first, std::int64_t end) {
  std::string out;
  for (std::int64_t step = first; step < end; ++step) {
    out += scalar("loss", step, 0.5F) + scalar("accuracy", step, 0.25F);
  }
  return out;
}

// Shapes that were shown what the scanner parsed of `turns(1, 3)`.
struct Taught {
  Shapes shapes;
  ScalarRows rows{1 << 20};
  std::uint64_t records = 0;

  Taught() {
    rows.make_room(2);
    const std::string file = turns(1, 3);
    RecordReader reader(1 << 20);
    reader.begin(bytes_of(file));
    Record record{};
    EventView event;
    for (std::int32_t series = 0; reader.next(record); series = 1 - series) {
      CHECK(parse_event(record.data, event) && event.values.size() == 1);
      shapes.learn(record, event, event.values[0], series);
    }
  }

  std::size_t run(const std::string& bytes) { return shapes.run(bytes_of(bytes), rows, records); }
};

}  // namespace

// That both ways give the same columns is shown elsewhere; here, that the short way is the one that is taken.
void shapes_recognise_what_repeats() {
  Taught taught;
  const std::string file = turns(3, 103);
  CHECK(taught.run(file) == file.size());
  CHECK(taught.records == 200);
  const std::vector<ScalarColumns> columns = taught.rows.take();
  CHECK(!columns.empty() && columns[0].size == 200);

  Taught again;  // the order that was expected breaks, and is met again after the parser took one
  const std::string three = turns(3, 4) + scalar("loss", 4, 1.0F);
  CHECK(again.run(three + scalar("loss", 5, 1.0F)) == three.size());
}

void shapes_leave_the_rest_to_the_parser() {
  const std::string sound = turns(3, 5);
  std::string wrong_value = scalar("loss", 5, 0.5F);
  wrong_value[wrong_value.size() - 6] ^= 1;  // in the data: the checksum no longer holds
  std::string wrong_checksum = scalar("loss", 5, 0.5F);
  wrong_checksum.back() ^= 1;
  const std::string others[] = {wrong_value, wrong_checksum,
                                scalar("lost", 5, 0.5F),    // another tag of the same length
                                scalar("loss", 500, 0.5F),  // a step of two bytes
                                scalar("loss", 5, 0.5F).substr(0, 20)};
  for (const std::string& other : others) {
    Taught taught;
    CHECK(taught.run(sound + other) == sound.size());
    CHECK(taught.records == 4);
  }
  Taught forgetful;
  forgetful.shapes.clear();
  CHECK(forgetful.run(sound) == 0);
}

}  // namespace glassboard::tests
