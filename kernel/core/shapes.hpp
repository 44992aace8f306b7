// Records that repeat. Most events of a file are those of a step before, but for wall time, step and value,
// and come in the same order: such a record is recognised by its other bytes instead of being parsed.
#pragma once

#include <cstdint>
#include <vector>

#include "event.hpp"
#include "record.hpp"
#include "rows.hpp"

namespace glassboard {

class Shapes {
 public:
  // Adds to `rows` the records at the start of `bytes` that have the shapes expected next, as far as each is
  // whole and has its checksums, and returns their bytes. What it does not recognise is for the parser.
  std::size_t run(Bytes bytes, ScalarRows& rows, std::uint64_t& records);

  // After a record was parsed and gave one scalar: expects one of its shape after the one before, the next
  // time.
  void learn(const Record& record, const EventView& event, const ValueView& value, std::int32_t series);

  void clear();

 private:
  static constexpr std::int32_t kNone = -1;
  __extension__ typedef std::uint64_t Word __attribute__((vector_size(16)));

  // Bytes that must be as they are in a record of this shape: (bytes ^ expected) & fixed == 0.
  struct Pattern {
    Word expected;
    Word fixed;
  };

  struct Shape {
    std::vector<Pattern> patterns;  // of 16 bytes each; the last one ends with the data and may overlap
    std::uint32_t compared_bytes;   // header and data
    std::uint32_t wall_time_at;     // this and the next two from the start of the frame
    std::uint32_t step_at;
    std::uint32_t value_at;
    std::uint64_t step_bits;  // those of the eight bytes at step_at that make up the step
    std::int32_t series;
    std::int32_t next;  // the shape that followed the last time
    bool is_double;

    bool matches(const std::byte* frame) const noexcept;
    void add_to(ScalarRows& rows, const std::byte* frame) const;
  };

  static bool describe(Shape& shape, const Record& record, const EventView& event, const ValueView& value);

  std::vector<Shape> shapes_;
  std::vector<std::int32_t> of_series_;
  std::int32_t last_ = kNone;
};

}  // namespace glassboard
