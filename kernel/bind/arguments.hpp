// What Python hands in: buffers without a copy, and texts that always become UTF-8.
#pragma once

#include <nanobind/nanobind.h>

#include <string_view>
#include <utility>

#include "crc32c.hpp"

namespace glassboard::bind {

namespace nb = nanobind;

// A view of any object with contiguous bytes, which it keeps alive and unresizable.
class Buffer {
 public:
  Buffer() noexcept = default;
  Buffer(const Buffer&) = delete;
  Buffer(Buffer&& other) noexcept : view_(std::exchange(other.view_, {})) {}
  Buffer& operator=(Buffer&& other) noexcept {
    std::swap(view_, other.view_);
    return *this;
  }
  ~Buffer() { PyBuffer_Release(&view_); }

  bool open(nb::handle object) noexcept {
    return PyObject_GetBuffer(object.ptr(), &view_, PyBUF_SIMPLE) == 0;
  }
  Bytes bytes() const noexcept {
    return {static_cast<const std::byte*>(view_.buf), static_cast<std::size_t>(view_.len)};
  }
  std::string_view text() const noexcept {
    return {static_cast<const char*>(view_.buf), static_cast<std::size_t>(view_.len)};
  }

 private:
  Py_buffer view_{};
};

// A `str` as UTF-8. Lone surrogates, which UTF-8 has no form for, become escapes: a log call must not fail on
// a tag.
class Text {
 public:
  bool open(nb::handle object) noexcept {
    if (!PyUnicode_Check(object.ptr())) return false;
    Py_ssize_t size = 0;
    const char* data = PyUnicode_AsUTF8AndSize(object.ptr(), &size);
    if (data == nullptr) {
      PyErr_Clear();
      escaped_ = nb::steal(PyUnicode_AsEncodedString(object.ptr(), "utf-8", "backslashreplace"));
      if (!escaped_.is_valid()) {
        PyErr_Clear();
        return false;
      }
      data = PyBytes_AS_STRING(escaped_.ptr());
      size = PyBytes_GET_SIZE(escaped_.ptr());
    }
    view_ = {data, static_cast<std::size_t>(size)};
    return true;
  }
  std::string_view view() const noexcept { return view_; }

 private:
  std::string_view view_;
  nb::object escaped_;
};

// Raises the error of that name in `glassboard.errors`.
[[noreturn]] inline void raise(const char* error, const std::string& message) {
  const nb::object type = nb::module_::import_("glassboard.errors").attr(error);
  PyErr_SetObject(type.ptr(), nb::str(message.c_str()).ptr());
  throw nb::python_error();
}

inline nb::bytes to_bytes(std::string_view text) { return nb::bytes(text.data(), text.size()); }

// Text of a file, which may be anything: what is not UTF-8 is replaced.
inline nb::str to_str(std::string_view text) {
  nb::object str =
      nb::steal(PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace"));
  if (!str.is_valid()) throw nb::python_error();
  return nb::borrow<nb::str>(str);
}

}  // namespace glassboard::bind

namespace nanobind::detail {

template <>
struct type_caster<glassboard::bind::Buffer> {
  NB_TYPE_CASTER(glassboard::bind::Buffer, const_name("typing_extensions.Buffer"))
  bool from_python(handle src, std::uint32_t, cleanup_list*) noexcept {
    if (value.open(src)) return true;
    PyErr_Clear();
    return false;
  }
};

template <>
struct type_caster<glassboard::bind::Text> {
  NB_TYPE_CASTER(glassboard::bind::Text, const_name("str"))
  bool from_python(handle src, std::uint32_t, cleanup_list*) noexcept { return value.open(src); }
};

}  // namespace nanobind::detail
