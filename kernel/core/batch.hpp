// Bytes of an event file into columns, one call per chunk.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "event.hpp"
#include "record.hpp"
#include "rows.hpp"
#include "series.hpp"
#include "shapes.hpp"

namespace glassboard {

struct SampleColumns {
  Groups groups;
  Column<std::int64_t> steps;
  Column<double> wall_times;
  Column<std::int64_t> offsets;
  Column<std::int64_t> lengths;
};

struct SessionStart {
  std::int64_t step;
  double wall_time;
  std::uint64_t offset;
};

struct Batch {
  std::vector<ScalarColumns> scalars;  // of all short series together, then of each long one
  SampleColumns samples;
  std::vector<Damage> damage;
  std::vector<SessionStart> session_starts;
  std::uint64_t records = 0;
};

class Scanner {
 public:
  explicit Scanner(std::uint64_t max_record_bytes, std::size_t long_rows = kLongRows)
      : reader_(max_record_bytes), scalars_(long_rows) {}

  // A series with more rows than this has columns of its own in a batch.
  static constexpr std::size_t kLongRows = 50'000;

  // Decodes the whole records in `chunk`, which stands at `offset()`, and returns the bytes it used.
  std::uint64_t feed(Bytes chunk);
  Batch take();

  // Where this scanner stands and what it learnt, for `resume` of a fresh one: the file need not be read
  // again. Both are complete only right after a `take`. The table is the same bytes for files that hold the
  // same series.
  std::string position() const;
  std::string table() const;
  // False where these are not what the two above give; the scanner is of no use then.
  bool resume(Bytes position, Bytes table);

  std::uint64_t offset() const noexcept { return reader_.offset(); }
  std::uint64_t wanted_bytes() const noexcept { return reader_.wanted_bytes(); }
  const SeriesTable& series() const noexcept { return series_; }
  // Of the first record, when it is a version record.
  bool has_file_version() const noexcept { return has_file_version_; }
  const std::string& file_version() const noexcept { return file_version_; }
  const std::string& writer() const noexcept { return writer_; }

 private:
  struct SampleRow {
    std::int64_t step;
    double wall_time;
    std::int64_t offset;
    std::int64_t length;
    std::int32_t series;
  };

  void add(const Record& record);
  void add_value(const ValueView& value, const Record& record);
  void add_sample(std::uint32_t tag, Form form, wire::Bytes body, const Record& record);

  RecordReader reader_;
  SeriesTable series_;
  EventView event_;
  Shapes shapes_;
  ScalarRows scalars_;  // since the last take, as are the next three
  std::vector<SampleRow> samples_;
  std::vector<SessionStart> session_starts_;
  std::uint64_t records_ = 0;
  bool before_first_record_ = true;
  bool has_file_version_ = false;
  std::string file_version_;
  std::string writer_;
};

}  // namespace glassboard
