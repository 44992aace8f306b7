// Bytes of an event file into columns, one call per chunk.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "event.hpp"
#include "record.hpp"
#include "series.hpp"

namespace glassboard {

// An array of exactly the size it needs, which can be handed on without a copy.
template <class T>
struct Column {
  std::unique_ptr<T[]> data;
  std::size_t size = 0;

  Column() = default;
  explicit Column(std::size_t count) : data(std::make_unique_for_overwrite<T[]>(count)), size(count) {}
};

// Rows starts[i] to starts[i + 1] belong to series[i]; within one series they stand in file order.
struct Groups {
  Column<std::int32_t> series;
  Column<std::int64_t> starts;
};

struct ScalarColumns {
  Groups groups;
  Column<std::int64_t> steps;
  Column<double> wall_times;
  Column<double> values;
};

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
  ScalarColumns scalars;
  SampleColumns samples;
  std::vector<Damage> damage;
  std::vector<SessionStart> session_starts;
  std::uint64_t records = 0;
};

class Scanner {
 public:
  explicit Scanner(std::uint64_t max_record_bytes) : reader_(max_record_bytes) {}

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
  struct ScalarRow {
    std::int64_t step;
    double wall_time;
    double value;
    std::int32_t series;
  };
  struct SampleRow {
    std::int64_t step;
    double wall_time;
    std::int64_t offset;
    std::int64_t length;
    std::int32_t series;
  };

  static ScalarColumns columns_of(const std::vector<ScalarRow>& rows, std::size_t series_count);
  ScalarColumns take_scalars();
  void add(const Record& record);
  void add_value(const ValueView& value, const Record& record);
  void add_sample(std::uint32_t tag, Form form, wire::Bytes body, const Record& record);

  RecordReader reader_;
  SeriesTable series_;
  EventView event_;
  std::vector<ScalarRow> scalars_;  // since the last take, as are the next four; those after the parts
  std::vector<ScalarColumns> scalar_parts_;
  std::vector<SampleRow> samples_;
  std::vector<SessionStart> session_starts_;
  std::uint64_t records_ = 0;
  std::size_t last_scalar_count_ = 0;  // of the last take: how much to reserve for the next
  bool before_first_record_ = true;
  bool has_file_version_ = false;
  std::string file_version_;
  std::string writer_;
};

// Hands memory that was freed, and that the C library keeps for later, back to the system where it can.
void return_free_memory() noexcept;

}  // namespace glassboard
