#include <nanobind/stl/string.h>

#include <memory>
#include <mutex>
#include <optional>

#include "arguments.hpp"
#include "arrays.hpp"
#include "groups.hpp"

namespace glassboard::bind {
namespace {

using namespace nb::literals;

const char* name_of(Form form) {
  switch (form) {
    case Form::scalar: return "scalar";
    case Form::image: return "image";
    case Form::histo: return "histo";
    case Form::audio: return "audio";
    case Form::tensor: return "tensor";
    case Form::none: return "none";
    case Form::graph_def: return "graph_def";
    case Form::meta_graph_def: return "meta_graph_def";
    case Form::run_metadata: return "run_metadata";
  }
  return "";
}

const char* name_of(Reason reason) {
  switch (reason) {
    case Reason::length_checksum: return "length-checksum";
    case Reason::data_checksum: return "data-checksum";
    case Reason::too_long: return "too-long";
    case Reason::undecodable: return "undecodable";
  }
  return "";
}

struct SeriesInfo {
  std::string tag;
  Form form;
  Metadata metadata;
};

struct ScalarArrays {
  nb::object series, starts, steps, wall_times, values;
};

struct SampleArrays {
  nb::object series, starts, steps, wall_times, offsets, lengths;
};

struct BatchObject {
  ScalarArrays scalars;
  std::vector<ScalarArrays> long_scalars;
  SampleArrays samples;
  std::vector<Damage> damage;
  std::vector<SessionStart> session_starts;
  std::uint64_t records;
};

template <class T>
nb::list to_list(const std::vector<T>& items) {
  nb::list list;
  for (const T& item : items) list.append(item);
  return list;
}

// A scanner that several threads may call: each call waits for the one before it, never with the GIL held.
class LockedScanner {
 public:
  explicit LockedScanner(std::uint64_t max_record_bytes, std::size_t long_rows = Scanner::kLongRows)
      : scanner_(max_record_bytes, long_rows) {}

  template <class Function>
  auto with(Function&& function) {
    const nb::gil_scoped_release unlocked;
    const std::scoped_lock lock(mutex_);
    return function(scanner_);
  }

 private:
  std::mutex mutex_;
  Scanner scanner_;
};

// The memory of a slab as an object that frees it.
nb::object owner_of(Slab&& slab) {
  auto memory = std::make_unique<Slab>(std::move(slab));
  nb::capsule owner(memory.get(), [](void* held) noexcept { delete static_cast<Slab*>(held); });
  memory.release();
  return owner;
}

ScalarArrays to_arrays(ScalarColumns&& columns) {
  Slab& rows = columns.rows;
  std::int64_t* const steps = rows.steps();
  double* const wall_times = rows.wall_times();
  double* const values = rows.values();
  const nb::object owner = owner_of(std::move(rows));
  return {to_array(std::move(columns.groups.series)), to_array(std::move(columns.groups.starts)),
          to_array(steps, columns.size, owner), to_array(wall_times, columns.size, owner),
          to_array(values, columns.size, owner)};
}

BatchObject take(LockedScanner& scanner) {
  Batch batch = scanner.with([](Scanner& s) { return s.take(); });
  BatchObject out{to_arrays(std::move(batch.scalars.front())), {}, {}, {}, {}, batch.records};
  for (std::size_t i = 1; i < batch.scalars.size(); ++i) {
    out.long_scalars.push_back(to_arrays(std::move(batch.scalars[i])));
  }
  SampleColumns& samples = batch.samples;
  out.samples = {to_array(std::move(samples.groups.series)), to_array(std::move(samples.groups.starts)),
                 to_array(std::move(samples.steps)),         to_array(std::move(samples.wall_times)),
                 to_array(std::move(samples.offsets)),       to_array(std::move(samples.lengths))};
  out.damage = std::move(batch.damage);
  out.session_starts = std::move(batch.session_starts);
  return out;
}

nb::list series_of(LockedScanner& scanner) {
  const auto all = scanner.with([](const Scanner& s) {
    std::vector<SeriesInfo> infos;
    infos.reserve(s.series().size());
    for (std::size_t i = 0; i < s.series().size(); ++i) {
      const std::uint32_t tag = s.series().tag_of(i);
      const Metadata* metadata = s.series().metadata(tag);
      infos.push_back(
          {s.series().name_of(tag), s.series().form_of(i), metadata != nullptr ? *metadata : Metadata{}});
    }
    return infos;
  });
  return to_list(all);
}

// A scanner that goes on where another one stood.
LockedScanner* resume(const Buffer& position, const Buffer& table, std::uint64_t max_record_bytes) {
  auto scanner = std::make_unique<LockedScanner>(max_record_bytes);
  const bool sound =
      scanner->with([&position, &table](Scanner& s) { return s.resume(position.bytes(), table.bytes()); });
  if (!sound) raise("CorruptError", "these are not the position and the table of a scanner");
  return scanner.release();
}

nb::object file_version(LockedScanner& scanner) {
  const auto version = scanner.with(
      [](const Scanner& s) { return s.has_file_version() ? std::optional(s.file_version()) : std::nullopt; });
  return version ? nb::object(to_str(*version)) : nb::none();
}

// Read-only property whose type the stub names as `type`.
#define GLASSBOARD_PROPERTY(name, type, ...) \
  def_prop_ro(#name, __VA_ARGS__, nb::for_getter(nb::sig("def " #name "(self) -> " type)))
#define GLASSBOARD_INT64 "numpy.typing.NDArray[numpy.int64]"
#define GLASSBOARD_FLOAT64 "numpy.typing.NDArray[numpy.float64]"

}  // namespace

void add_scanner(nb::module_& m) {
  m.def("return_free_memory", &return_free_memory, nb::call_guard<nb::gil_scoped_release>(),
        "Hands memory that was freed, but is kept by the C library for later, back to the system where it "
        "can.");

  nb::class_<SeriesInfo>(m, "SeriesInfo", nb::is_final(),
                         "One series of a file: a tag in one form, with the metadata its tag carried first.")
      .def_prop_ro(
          "tag", [](const SeriesInfo& s) { return to_bytes(s.tag); },
          "As stored; UTF-8 unless the writer was wrong.")
      .def_prop_ro(
          "form", [](const SeriesInfo& s) { return name_of(s.form); },
          "`scalar`, `image`, `histo`, `audio`, `tensor`, `none`, `graph_def`, `meta_graph_def` or "
          "`run_metadata`.")
      .def_prop_ro("plugin_name", [](const SeriesInfo& s) { return to_str(s.metadata.plugin_name); })
      .def_prop_ro("plugin_content", [](const SeriesInfo& s) { return to_bytes(s.metadata.plugin_content); })
      .def_prop_ro("display_name", [](const SeriesInfo& s) { return to_str(s.metadata.display_name); })
      .def_prop_ro("description", [](const SeriesInfo& s) { return to_str(s.metadata.description); })
      .def_prop_ro(
          "data_class", [](const SeriesInfo& s) { return s.metadata.data_class; },
          "0 unknown, 1 scalar, 2 tensor, 3 blob sequence.");

  nb::class_<ScalarArrays>(
      m, "ScalarColumns", nb::is_final(),
      "Scalar points grouped by series: rows starts[i] to starts[i + 1] are those of series[i], "
      "in file order.")
      .GLASSBOARD_PROPERTY(series, "numpy.typing.NDArray[numpy.int32]",
                           [](const ScalarArrays& c) { return c.series; })
      .GLASSBOARD_PROPERTY(starts, GLASSBOARD_INT64, [](const ScalarArrays& c) { return c.starts; })
      .GLASSBOARD_PROPERTY(steps, GLASSBOARD_INT64, [](const ScalarArrays& c) { return c.steps; })
      .GLASSBOARD_PROPERTY(wall_times, GLASSBOARD_FLOAT64, [](const ScalarArrays& c) { return c.wall_times; })
      .GLASSBOARD_PROPERTY(values, GLASSBOARD_FLOAT64, [](const ScalarArrays& c) { return c.values; });

  nb::class_<SampleArrays>(
      m, "SampleColumns", nb::is_final(),
      "Samples grouped by series as in `ScalarColumns`, each located by its absolute offset and "
      "length in the file.")
      .GLASSBOARD_PROPERTY(series, "numpy.typing.NDArray[numpy.int32]",
                           [](const SampleArrays& c) { return c.series; })
      .GLASSBOARD_PROPERTY(starts, GLASSBOARD_INT64, [](const SampleArrays& c) { return c.starts; })
      .GLASSBOARD_PROPERTY(steps, GLASSBOARD_INT64, [](const SampleArrays& c) { return c.steps; })
      .GLASSBOARD_PROPERTY(wall_times, GLASSBOARD_FLOAT64, [](const SampleArrays& c) { return c.wall_times; })
      .GLASSBOARD_PROPERTY(offsets, GLASSBOARD_INT64, [](const SampleArrays& c) { return c.offsets; })
      .GLASSBOARD_PROPERTY(lengths, GLASSBOARD_INT64, [](const SampleArrays& c) { return c.lengths; });

  nb::class_<Damage>(m, "Damage", nb::is_final(), "Bytes that gave no event.")
      .def_ro("offset", &Damage::offset)
      .def_ro("length", &Damage::length,
              "Bytes lost. At the end of the file it may grow: a later damage of the same offset replaces "
              "this one.")
      .def_prop_ro(
          "reason", [](const Damage& d) { return name_of(d.reason); },
          "`length-checksum`, `data-checksum`, `too-long` or `undecodable`.");

  nb::class_<SessionStart>(m, "SessionStart", nb::is_final(),
                           "A record by which a writer says that it starts here.")
      .def_ro("step", &SessionStart::step)
      .def_ro("wall_time", &SessionStart::wall_time)
      .def_ro("offset", &SessionStart::offset);

  nb::class_<BatchObject>(m, "Batch", nb::is_final(), "What was read since the last `take`.")
      .def_ro("scalars", &BatchObject::scalars, "Of all series but the long ones.")
      .GLASSBOARD_PROPERTY(long_scalars, "list[ScalarColumns]",
                           [](const BatchObject& b) { return to_list(b.long_scalars); })
      .def_ro("samples", &BatchObject::samples)
      .GLASSBOARD_PROPERTY(damage, "list[Damage]", [](const BatchObject& b) { return to_list(b.damage); })
      .GLASSBOARD_PROPERTY(session_starts, "list[SessionStart]",
                           [](const BatchObject& b) { return to_list(b.session_starts); })
      .def_ro("records", &BatchObject::records, "Records with sound checksums, undecodable ones included.");

  nb::class_<LockedScanner>(
      m, "EventScanner", nb::is_final(),
      "Turns the bytes of one event file into columns. Holds no bytes between calls; any thread "
      "may call it.")
      .def(nb::init<std::uint64_t, std::size_t>(), "max_record_bytes"_a = std::uint64_t{1} << 30,
           "long_rows"_a = Scanner::kLongRows,
           "A series with more than `long_rows` new points has columns of its own in a batch.")
      .def(
          "feed",
          [](LockedScanner& scanner, const Buffer& chunk) {
            return scanner.with([&chunk](Scanner& s) { return s.feed(chunk.bytes()); });
          },
          "chunk"_a,
          "Decodes the whole records in `chunk`, which starts at `offset`; returns how many bytes it used.")
      .def("take", &take, "Hands over everything read since the last call.")
      .def_static("resume", &resume, "position"_a, "table"_a, "max_record_bytes"_a = std::uint64_t{1} << 30,
                  nb::rv_policy::take_ownership,
                  "A scanner that goes on where the one stood whose `position` and `table` these are. Raises "
                  "`glassboard.errors.CorruptError` where they are not.")
      .def_prop_ro(
          "position",
          [](LockedScanner& s) { return to_bytes(s.with([](const Scanner& t) { return t.position(); })); },
          "Where it stands, as bytes for `resume`. Right after `take` only: what was not taken is not in it.")
      .def_prop_ro(
          "table",
          [](LockedScanner& s) { return to_bytes(s.with([](const Scanner& t) { return t.table(); })); },
          "What it learnt of series and writer, as bytes for `resume`; the same bytes for files of the same "
          "series.")
      .def_prop_ro(
          "offset", [](LockedScanner& s) { return s.with([](const Scanner& t) { return t.offset(); }); },
          "Absolute offset of the first byte that is not decoded yet.")
      .def_prop_ro(
          "wanted_bytes",
          [](LockedScanner& s) { return s.with([](const Scanner& t) { return t.wanted_bytes(); }); },
          "Bytes from `offset` that the next record needs, at least 12.")
      .GLASSBOARD_PROPERTY(
          series, "list[SeriesInfo]", &series_of,
          "Every series met so far, in order of first appearance; ids in the columns index this list.")
      .def_prop_ro(
          "series_revision",
          [](LockedScanner& s) { return s.with([](const Scanner& t) { return t.series().revision(); }); },
          "Grows whenever `series` would be different.")
      .GLASSBOARD_PROPERTY(
          file_version, "str | None", &file_version,
          "What the first record says (`brain.Event:2`); None while there is none or it is another "
          "kind of record.")
      .def_prop_ro(
          "writer",
          [](LockedScanner& s) { return to_str(s.with([](const Scanner& t) { return t.writer(); })); },
          "The writer that the file names, or empty.");
}

}  // namespace glassboard::bind
