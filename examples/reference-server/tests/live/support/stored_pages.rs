//! One page of text as stored by the programs behind scanners, faxes and image editors.

use super::documents::printed;
use std::io::Cursor;
use std::process::Command;

/// The resolution of the page in dots per inch.
const DPI: u32 = 150;

/// The lossless original: a PNG.
pub(crate) fn original() -> Vec<u8> {
    printed("pnggray", DPI, &[])
}

/// By devices of Ghostscript, which write three pages: the first is that of [`original`].
pub(crate) fn by_ghostscript() -> Vec<(String, Vec<u8>)> {
    let devices: [(&str, &[&str]); 14] = [
        ("tiffcrle", &[]),
        ("tiffg3", &[]),
        ("tiffg3", &["-dFillOrder=2"]),
        ("tiffg32d", &[]),
        ("tiffg32d", &["-dFillOrder=2"]),
        ("tiffg4", &["-dFillOrder=2"]),
        ("tiffg4", &["-dUseBigTIFF=true"]),
        ("tifflzw", &[]),
        ("tiffpack", &["-dUseBigTIFF=true"]),
        ("tiffgray", &["-sCompression=lzw"]),
        ("tiff12nc", &[]),
        ("tiff24nc", &["-sCompression=pack"]),
        ("tiff48nc", &[]),
        ("tiff32nc", &[]),
    ];
    let print = |(device, options): (&str, &[&str])| {
        (format!("{device} {}", options.join(" ")), printed(device, DPI, options))
    };
    devices.into_iter().map(print).collect()
}

/// By Debian's Pillow, which includes libtiff and OpenJPEG; one page each.
pub(crate) fn by_pillow() -> Vec<(String, Vec<u8>)> {
    const SAVE: &str = "
import sys
from PIL import Image
page, folder = Image.open(sys.argv[1]).convert('L'), sys.argv[2]
black = page.point(lambda value: 255 if value > 127 else 0).convert('1')
color = page.convert('RGB')
few = color.quantize(16)
tiffs = {
    'group3': (black, 'group3', {}),
    'group3-2d': (black, 'group3', {292: 1}),
    'group4': (black, 'group4', {}),
    'group4-white-is-zero': (black, 'group4', {262: 0}),
    'group4-strips-reversed': (black, 'group4', {278: 64, 266: 2}),
    'black-lzw': (black, 'tiff_lzw', {}),
    'black-plain': (black, None, {}),
    'palette-plain': (few, None, {}),
    'palette-lzw': (few, 'tiff_lzw', {278: 100}),
    'gray-deflate-differences': (page, 'tiff_adobe_deflate', {317: 2}),
    'color-lzw-differences': (color, 'tiff_lzw', {317: 2}),
    'color-packbits': (color, 'packbits', {278: 7}),
    'color-old-deflate': (color, 'tiff_deflate', {}),
    'color-jpeg': (color, 'jpeg', {}),
    'gray-jpeg': (page, 'jpeg', {}),
    'cmyk-lzw': (color.convert('CMYK'), 'tiff_lzw', {}),
    'alpha': (color.convert('RGBA'), None, {}),
}
for name, (image, compression, tags) in tiffs.items():
    image.save(f'{folder}/{name}.tif', compression=compression, tiffinfo=tags)
page.save(f'{folder}/gray.jp2')
color.save(f'{folder}/color.j2k', no_jp2=True, quality_mode='rates', quality_layers=[8])
color.save(f'{folder}/color.jp2', tile_size=(512, 512))
for name, image in {'black': black, 'gray': page, 'palette': few, 'color': color}.items():
    image.save(f'{folder}/{name}.bmp')
";
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let page = folder.path().join("page.png");
    std::fs::write(&page, original()).expect("the folder is writable");
    let saved = folder.path().join("saved");
    std::fs::create_dir(&saved).expect("the folder is writable");
    let python =
        Command::new("/usr/bin/python3").args(["-c", SAVE]).arg(&page).arg(&saved).status();
    assert!(python.expect("there is a python3").success(), "apt-get install python3-pil");
    let mut files: Vec<_> = std::fs::read_dir(&saved)
        .expect("the folder is readable")
        .map(|file| {
            let path = file.expect("it is there").path();
            let name = path.file_name().expect("it has a name").to_string_lossy().into_owned();
            (name, std::fs::read(&path).expect("it is readable"))
        })
        .collect();
    files.sort();
    files
}

/// Faxes of fine and standard resolution: 204 columns and 196 or 98 rows per inch.
pub(crate) fn faxes() -> [Vec<u8>; 2] {
    ["-r204x196", "-r204x98"].map(|resolution| printed("tiffg3", DPI, &[resolution]))
}

fn read(image: &[u8]) -> image::GrayImage {
    let reader = image::ImageReader::new(Cursor::new(image)).with_guessed_format();
    reader.expect("it is in memory").decode().expect("it is an image").into_luma8()
}

/// Returns the average difference of an image from a blank page in 256ths.
pub(crate) fn ink(image: &[u8]) -> f64 {
    let image = read(image);
    let ink = image.iter().map(|value| f64::from(255 - value)).sum::<f64>();
    ink / image.len() as f64
}

/// Returns the average difference of two images of a page in 256ths.
pub(crate) fn difference(one: &[u8], other: &[u8]) -> f64 {
    let (one, other) = (read(one), read(other));
    assert_eq!(one.dimensions(), other.dimensions());
    let apart = one.iter().zip(other.iter()).map(|(one, other)| u64::from(one.abs_diff(*other)));
    apart.sum::<u64>() as f64 / one.len() as f64
}
