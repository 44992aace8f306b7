#include <cmath>
#include <optional>
#include <string>

#include "check.hpp"
#include "event.hpp"
#include "series.hpp"
#include "tensor.hpp"

namespace glassboard::tests {

using namespace std::string_view_literals;

void tensor_only_element() {
  const auto only = [](std::string_view message) {
    TensorFields fields;
    fields.reset();
    wire::Reader reader{wire::Bytes{}};
    fields.merge(wire::bytes_of(message), reader);
    return reader.sound() ? fields.only_element() : std::nullopt;
  };
  CHECK(only("\x08\x01\x12\x00\x2d\x00\x00\xc0\x3f"sv) == 1.5);                         // float_val
  CHECK(only("\x08\x01\x2a\x04\x00\x00\xc0\x3f"sv) == 1.5);                             // packed, no shape
  CHECK(only("\x08\x01\x22\x04\x00\x00\xc0\x3f"sv) == 1.5);                             // content
  CHECK(only("\x22\x04\x00\x00\xc0\x3f\x08\x01"sv) == 1.5);                             // type after content
  CHECK(only("\x08\x02\x31\x00\x00\x00\x00\x00\x00\xf8\x3f"sv) == 1.5);                 // double_val
  CHECK(only("\x08\x06\x38\xfb\xff\xff\xff\xff\xff\xff\xff\xff\x01"sv) == -5.0);        // INT8 in int_val
  CHECK(only("\x08\x04\x38\xfb\x01"sv) == 251.0);                                       // UINT8
  CHECK(only("\x08\x09\x50\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"sv) == -1.0);        // INT64
  CHECK(only("\x08\x17\x88\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"sv) == 0x1p64);  // UINT64
  CHECK(only("\x08\x0a\x58\x01"sv) == 1.0);                                             // BOOL
  CHECK(only("\x08\x0e\x68\xc0\x7f"sv) == 1.5);                                         // BFLOAT16 0x3fc0
  CHECK(only("\x08\x13\x68\x80\x7c"sv) == 1.5);                                         // HALF 0x3e00
  CHECK(only("\x08\x13\x68\x80\xf8\x03"sv) == -HUGE_VAL);                               // 0xfc00
  CHECK(only("\x08\x13\x68\x01"sv) == 0x1p-24);  // the smallest half there is
  CHECK(std::isnan(only("\x08\x13\x68\x81\xf8\x03"sv).value_or(0.0)));
  CHECK(only("\x08\x01\x12\x04\x12\x02\x08\x01"sv) == 0.0);                // shape [1] and no value: zeros
  CHECK(!only("\x08\x01\x12\x04\x12\x02\x08\x02\x2d\x00\x00\xc0\x3f"sv));  // shape [2]
  CHECK(!only("\x08\x07\x42\x01x"sv));                                     // a string
  CHECK(!only("\x08\x08\x22\x08\x00\x00\xc0\x3f\x00\x00\xc0\x3f"sv));      // complex
  CHECK(!only("\x08\x01\x22\x03\x00\x00\xc0"sv));                          // content too short
}

void tensor_refuses_impossible_shapes() {
  TensorData out;
  const auto refused = [&out](std::string_view message) {
    out = {};
    return decode_tensor({wire::bytes_of(message)}, out) != nullptr;
  };
  // 2^62 x 2^62 elements of which one is given; a negative size; more content than shape; half an element
  CHECK(refused(
      "\x08\x01\x12\x1a\x12\x0b\x08\x80\x80\x80\x80\x80\x80\x80\x80\x40\x12\x0b\x08\x80\x80\x80\x80\x80\x80\x80\x80\x40\x2d\x00\x00\xc0\x3f"sv));
  CHECK(
      refused("\x08\x01\x12\x0d\x12\x0b\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x2d\x00\x00\xc0\x3f"sv));
  CHECK(refused("\x08\x01\x12\x04\x12\x02\x08\x01\x22\x08\x00\x00\xc0\x3f\x00\x00\xc0\x3f"sv));
  CHECK(refused("\x08\x01\x22\x03\x00\x00\xc0"sv));
  CHECK(refused("\x08\x08\x4d\x00\x00\xc0\x3f"sv));
  // 10^12 elements that are all the same cost nothing
  CHECK(!refused("\x08\x01\x12\x09\x12\x07\x08\x80\xa0\x94\xa5\x8d\x1d\x2d\x00\x00\xc0\x3f"sv));
  CHECK(out.shape.size() == 1 && out.shape[0] == 1'000'000'000'000 && out.content.size() == 4);
}

void event_oneof_and_merging() {
  EventView event;
  // a file version, then two summaries: the version is replaced, the summaries are one
  CHECK(parse_event(wire::bytes_of("\x1a\x01v\x2a\x0a\x0a\x08\x0a\x01"
                                   "a\x15\x00\x00\xc0\x3f\x2a\x0a\x0a\x08\x0a\x01"
                                   "b\x15\x00\x00\x00\x40"sv),
                    event));
  CHECK(event.what == What::summary && event.values.size() == 2);
  CHECK(event.values[1].tag == "b" && event.values[1].number == 2.0 && event.values[1].form == Form::scalar);
  // an image, then a simple value: the last one counts
  CHECK(parse_event(wire::bytes_of("\x2a\x09\x0a\x07\x22\x00\x15\x00\x00\xc0\x3f"sv), event));
  CHECK(event.values.size() == 1 && event.values[0].form == Form::scalar);
  // an image and a video beside it, in either order; a video alone, or beside something else, is none
  const auto form_of = [&event](std::string_view value) {
    std::string summary, encoded;
    wire::put_text(summary, 1, value);
    wire::put_text(encoded, 5, summary);
    return parse_event(wire::bytes_of(encoded), event) ? event.values.at(0).form : Form::none;
  };
  CHECK(form_of("\x22\x00\xc2\x3e\x00"sv) == Form::video);
  CHECK(form_of("\xc2\x3e\x00\x22\x00"sv) == Form::video);
  CHECK(form_of("\xc2\x3e\x00"sv) == Form::none);
  CHECK(form_of("\xc2\x3e\x00\x32\x00"sv) == Form::audio);
  CHECK(form_of("\x22\x00\xc0\x3e\x05"sv) == Form::image);  // a number in its place
  // a tensor in two pieces: type and shape, then the number
  CHECK(parse_event(wire::bytes_of("\x2a\x0f\x0a\x0d\x42\x04\x08\x01\x12\x00\x42\x05\x2d\x00\x00\xc0\x3f"sv),
                    event));
  CHECK(event.values[0].one_number && event.values[0].number == 1.5);
  CHECK(parse_event({}, event) && event.what == What::nothing && event.values.empty());
  CHECK(
      !parse_event(wire::bytes_of("\x2a\x05\x0a\x03\x22\x05x"sv), event));  // an image longer than its value
  std::string many;  // as many empty values as it takes to be refused
  for (int i = 0; i < (1 << 20) + 1; ++i) many.append("\x0a\x00", 2);
  std::string crowd;
  wire::put_text(crowd, 5, many);
  CHECK(!parse_event(wire::bytes_of(crowd), event));
  crowd.clear();
  wire::put_text(crowd, 5, std::string_view(many).substr(2));
  CHECK(parse_event(wire::bytes_of(crowd), event) && event.values.size() == 1 << 20);
}

void series_many_tags() {
  SeriesTable table;
  for (int round = 0; round < 2; ++round) {
    for (std::uint32_t i = 0; i < 5000; ++i) CHECK(table.tag("tag/" + std::to_string(i)) == i);
  }
  CHECK(table.size() == 0);
  const std::int32_t scalar = table.series(7, Form::scalar);
  const std::int32_t image = table.series(7, Form::image);
  CHECK(scalar == 0 && image == 1 && table.series(7, Form::scalar) == scalar);
  table.keep_metadata(7, {"first", {}, {}, {}, 0});
  table.keep_metadata(7, {"second", {}, {}, {}, 0});
  CHECK(table.metadata(7)->plugin_name == "first" && table.metadata(8) == nullptr);
}

}  // namespace glassboard::tests
