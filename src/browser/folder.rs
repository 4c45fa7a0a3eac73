//! Writing files into a folder that the person chose.
//!
//! Owns the folder made there. Assumes a click led here. Refuses to write over anything: a name that is taken gets a number; what
//! could not be written whole is taken away again.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

const PICKER: &str = "showDirectoryPicker";

/// A folder: a `FileSystemDirectoryHandle`.
#[derive(Clone, Debug)]
pub struct Folder(JsValue);

/// Whether this browser lets a person choose a folder.
pub fn offered() -> bool {
    web_sys::window().is_some_and(|window| Reflect::has(&window, &PICKER.into()).unwrap_or(false))
}

/// Lets the person choose a folder; none where they thought better of it.
///
/// # Errors
/// What the browser said when it could not.
pub async fn choose() -> Result<Option<Folder>, String> {
    let window: JsValue = super::window()?.into();
    match call(&window, PICKER, &[options("mode", &"readwrite".into())]).await {
        Ok(folder) => Ok(Some(Folder(folder))),
        Err(failure) if named(&failure, "AbortError") => Ok(None),
        Err(failure) => Err(super::sentence(&failure)),
    }
}

impl Folder {
    /// Makes a folder in this one and writes files into it: path and length of each, their bytes one behind the other. Returns the
    /// folder's name.
    ///
    /// # Errors
    /// What the browser said; then the folder is gone again.
    pub async fn write(&self, name: &str, parts: &[(String, u64)], bytes: &web_sys::Blob) -> Result<String, String> {
        let name = self.free(name).await.map_err(|failure| super::sentence(&failure))?;
        if let Err(failure) = self.write_parts(&name, parts, bytes).await {
            let _ = call(&self.0, "removeEntry", &[name.into(), options("recursive", &JsValue::TRUE)]).await;
            return Err(super::sentence(&failure));
        }
        Ok(name)
    }

    /// The name, with a number where something bears it already.
    async fn free(&self, name: &str) -> Result<String, JsValue> {
        let (mut candidate, mut number) = (String::from(name), 1);
        loop {
            match call(&self.0, "getDirectoryHandle", &[candidate.as_str().into()]).await {
                Err(failure) if named(&failure, "NotFoundError") => return Ok(candidate),
                // A file bears it, or a folder does.
                Err(failure) if !named(&failure, "TypeMismatchError") => return Err(failure),
                _ => {}
            }
            number += 1;
            candidate = [name, "-", &number.to_string()].concat();
        }
    }

    async fn write_parts(&self, name: &str, parts: &[(String, u64)], bytes: &web_sys::Blob) -> Result<(), JsValue> {
        let create = options("create", &JsValue::TRUE);
        let mut start = 0.0;
        for (path, length) in parts {
            let mut at = self.0.clone();
            let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
            for folder in std::iter::once(name).chain(folders.split('/')).filter(|folder| !folder.is_empty()) {
                at = call(&at, "getDirectoryHandle", &[folder.into(), create.clone()]).await?;
            }
            let file = call(&at, "getFileHandle", &[file.into(), create.clone()]).await?;
            let end = start + *length as f64;
            let part = bytes.slice_with_f64_and_f64(start, end)?;
            start = end;
            let stream = call(&file, "createWritable", &[]).await?;
            call(&stream, "write", &[part.into()]).await?;
            call(&stream, "close", &[]).await?;
        }
        Ok(())
    }
}

/// Calls a method that promises something. By name, for not every browser has it.
async fn call(object: &JsValue, method: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let method: Function = Reflect::get(object, &method.into())?.dyn_into()?;
    let arguments: Array = arguments.iter().collect();
    JsFuture::from(Promise::resolve(&method.apply(object, &arguments)?)).await
}

fn options(name: &str, value: &JsValue) -> JsValue {
    let options = Object::new();
    let _ = Reflect::set(&options, &name.into(), value);
    options.into()
}

fn named(failure: &JsValue, name: &str) -> bool {
    failure.dyn_ref::<web_sys::DomException>().is_some_and(|exception| exception.name() == name)
}
