#include "batch.hpp"

#include <algorithm>
#include <utility>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace glassboard {
namespace {

// Rows that are put into columns at a time: few enough to stay in the processor's cache, so that a large file
// costs no more than its columns and a point no more than in a small one.
constexpr std::size_t kPartRows = 1 << 16;

constexpr std::size_t kManyRows = 1 << 20;

// The groups of so many rows for each series, and in `counts` where each begins.
Groups groups_of(std::vector<std::int64_t>& counts) {
  std::size_t group_count = 0;
  for (const std::int64_t count : counts) group_count += count != 0 ? 1 : 0;
  Groups groups{Column<std::int32_t>(group_count), Column<std::int64_t>(group_count + 1)};
  std::int64_t start = 0;
  std::size_t i = 0;
  for (std::size_t series = 0; series < counts.size(); ++series) {
    const std::int64_t count = std::exchange(counts[series], start);
    if (count == 0) continue;
    groups.series.data[i] = static_cast<std::int32_t>(series);
    groups.starts.data[i++] = start;
    start += count;
  }
  groups.starts.data[i] = start;
  return groups;
}

// Groups `rows` by series, keeping their order, and calls place(row, position) for each.
template <class Row, class Place>
Groups group(const std::vector<Row>& rows, std::size_t series_count, Place&& place) {
  std::vector<std::int64_t> next(series_count, 0);
  for (const Row& row : rows) ++next[static_cast<std::size_t>(row.series)];
  Groups groups = groups_of(next);
  for (const Row& row : rows)
    place(row, static_cast<std::size_t>(next[static_cast<std::size_t>(row.series)]++));
  return groups;
}

// The groups of all parts put together: those of one series in the order of the parts.
Groups join_groups(const std::vector<ScalarColumns>& parts, std::size_t series_count,
                   std::vector<std::int64_t>& next) {
  next.assign(series_count, 0);
  for (const ScalarColumns& part : parts) {
    for (std::size_t i = 0; i < part.groups.series.size; ++i) {
      next[static_cast<std::size_t>(part.groups.series.data[i])] +=
          part.groups.starts.data[i + 1] - part.groups.starts.data[i];
    }
  }
  return groups_of(next);
}

// One column of all parts, which are freed on the way, so that two copies never stand side by side for long.
template <class T>
Column<T> join_columns(std::vector<ScalarColumns>& parts, Column<T> ScalarColumns::* column, std::size_t size,
                       std::vector<std::int64_t> next) {
  Column<T> out(size);
  for (ScalarColumns& part : parts) {
    const Groups& groups = part.groups;
    for (std::size_t i = 0; i < groups.series.size; ++i) {
      const std::int64_t start = groups.starts.data[i];
      const std::int64_t count = groups.starts.data[i + 1] - start;
      std::int64_t& to = next[static_cast<std::size_t>(groups.series.data[i])];
      std::copy_n((part.*column).data.get() + start, count, out.data.get() + to);
      to += count;
    }
    part.*column = Column<T>();
  }
  // Freed parts that the C library keeps for later would stand beside the whole until the end.
  if (size >= kManyRows) return_free_memory();
  return out;
}

}  // namespace

void return_free_memory() noexcept {
#if defined(__GLIBC__)
  malloc_trim(0);
#endif
}

std::uint64_t Scanner::feed(Bytes chunk) {
  const std::uint64_t before = reader_.offset();
  reader_.begin(chunk);
  constexpr std::size_t kLeastEventBytes = 32;
  if (scalars_.empty()) scalars_.reserve(std::min(last_scalar_count_, chunk.size() / kLeastEventBytes));
  Record record{};
  while (reader_.next(record)) add(record);
  return reader_.offset() - before;
}

void Scanner::add(const Record& record) {
  ++records_;
  const bool first = std::exchange(before_first_record_, false);
  if (!parse_event(record.data, event_)) {
    reader_.add_damage({record.offset, record.data.size() + kFrameBytes, Reason::undecodable});
    return;
  }
  if (!event_.writer.empty()) writer_ = event_.writer;
  switch (event_.what) {
    case What::summary:
      for (const ValueView& value : event_.values) add_value(value, record);
      break;
    case What::file_version:
      if (first) {
        has_file_version_ = true;
        file_version_ = wire::text(event_.body);
      }
      break;
    case What::session_log:
      if (event_.session_start) session_starts_.push_back({event_.step, event_.wall_time, record.offset});
      break;
    case What::graph_def: add_sample(series_.tag({}), Form::graph_def, event_.body, record); break;
    case What::meta_graph_def: add_sample(series_.tag({}), Form::meta_graph_def, event_.body, record); break;
    case What::run_metadata:
      add_sample(series_.tag(event_.tag), Form::run_metadata, event_.body, record);
      break;
    case What::nothing: break;
  }
}

void Scanner::add_value(const ValueView& value, const Record& record) {
  if (value.form == Form::none && !value.has_metadata) return;  // says nothing at all
  const std::uint32_t tag = series_.tag(value.tag);
  if (value.has_metadata) series_.keep_metadata(tag, value.metadata);
  bool scalar = value.form == Form::scalar;
  if (value.one_number) {
    const Metadata* metadata = series_.metadata(tag);
    scalar = metadata == nullptr || metadata->plugin_name.empty() || metadata->plugin_name == "scalars";
  }
  if (!scalar) return add_sample(tag, value.form, value.encoded, record);
  scalars_.push_back({event_.step, event_.wall_time, value.number, series_.series(tag, Form::scalar)});
  if (scalars_.size() == kPartRows) {
    scalar_parts_.push_back(columns_of(scalars_, series_.size()));
    scalars_.clear();
  }
}

void Scanner::add_sample(std::uint32_t tag, Form form, wire::Bytes body, const Record& record) {
  const auto within = body.empty() ? 0 : body.data() - record.data.data();
  const auto offset = static_cast<std::int64_t>(record.offset + kHeaderBytes) + within;
  samples_.push_back({event_.step, event_.wall_time, offset, static_cast<std::int64_t>(body.size()),
                      series_.series(tag, form)});
}

ScalarColumns Scanner::columns_of(const std::vector<ScalarRow>& rows, std::size_t series_count) {
  ScalarColumns columns;
  columns.steps = Column<std::int64_t>(rows.size());
  columns.wall_times = Column<double>(rows.size());
  columns.values = Column<double>(rows.size());
  columns.groups = group(rows, series_count, [&columns](const ScalarRow& row, std::size_t at) {
    columns.steps.data[at] = row.step;
    columns.wall_times.data[at] = row.wall_time;
    columns.values.data[at] = row.value;
  });
  return columns;
}

ScalarColumns Scanner::take_scalars() {
  std::vector<ScalarColumns> parts = std::exchange(scalar_parts_, {});
  const std::vector<ScalarRow> rows = std::exchange(scalars_, {});
  last_scalar_count_ = parts.empty() ? rows.size() : kPartRows;
  ScalarColumns last = columns_of(rows, series_.size());
  if (parts.empty()) return last;
  parts.push_back(std::move(last));
  std::vector<std::int64_t> starts;
  ScalarColumns out;
  out.groups = join_groups(parts, series_.size(), starts);
  const auto size = static_cast<std::size_t>(out.groups.starts.data[out.groups.series.size]);
  out.steps = join_columns(parts, &ScalarColumns::steps, size, starts);
  out.wall_times = join_columns(parts, &ScalarColumns::wall_times, size, starts);
  out.values = join_columns(parts, &ScalarColumns::values, size, starts);
  return out;
}

Batch Scanner::take() {
  Batch batch;
  batch.scalars = take_scalars();
  SampleColumns& samples = batch.samples;
  samples.steps = Column<std::int64_t>(samples_.size());
  samples.wall_times = Column<double>(samples_.size());
  samples.offsets = Column<std::int64_t>(samples_.size());
  samples.lengths = Column<std::int64_t>(samples_.size());
  samples.groups = group(samples_, series_.size(), [&samples](const SampleRow& row, std::size_t at) {
    samples.steps.data[at] = row.step;
    samples.wall_times.data[at] = row.wall_time;
    samples.offsets.data[at] = row.offset;
    samples.lengths.data[at] = row.length;
  });
  samples_ = std::vector<SampleRow>();  // `= {}` would keep the capacity, and idle scanners are many
  batch.damage = reader_.take_damage();
  batch.session_starts = std::exchange(session_starts_, {});
  batch.records = std::exchange(records_, 0);
  return batch;
}

}  // namespace glassboard
