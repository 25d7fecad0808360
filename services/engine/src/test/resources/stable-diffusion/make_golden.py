"""Makes what the tests of stable-diffusion compare with: the small random bundles `tiny`, and what diffusers and
transformers compute with the model that it was exported from.

    pip install torch diffusers transformers numpy safetensors && python3 make_golden.py

Nothing here is written from the Java code: pipelines, schedulers and tokenizer are those of the libraries. Last made with
torch 1.13.1, diffusers 0.27.2, transformers 4.34.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import zipfile

import numpy as np
import torch
from diffusers import DDIMScheduler, DPMSolverMultistepScheduler, StableDiffusionImg2ImgPipeline, StableDiffusionPipeline
from safetensors.numpy import save_file
from transformers import CLIPTokenizer

HERE = pathlib.Path(__file__).resolve().parent
EXPORT = HERE.parents[4] / "generation" / "export" / "export_stable_diffusion.py"
sys.path.insert(0, str(EXPORT.parent))
import export_stable_diffusion  # noqa: E402

torch.set_grad_enabled(False)
torch.set_num_threads(1)
tensors = {}

BETAS = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
PROMPT = "a photo of the cast metal surface with crack, bright light"
NEGATIVE = "blurry, noise"

TEXTS = [
    "", " ", "a", "A photo of a CRACK", "steel", "steel's", "it's can't we're I've I'm you'll he'd", "'s", "''s", "isn't'tis",
    "0", "1234567890", "3.14159", "10x20mm", "v2.0-beta", "a1b2c3", "hello,world", "wait... what?!", "!!!", "#tag @user $5 50% (x) [y] {z}",
    "path/to/file_name.png", "a-b_c+d=e", "\"quoted\" 'single'", "tab\tand\nnewline\r\nand  spaces   ", "  leading and trailing  ",
    "naïve café façade", "cafe\u0301", "Größe ÄÖÜ ß ẞ", "œuvre Œ æ Æ", "Привет мир", "Ελληνικά", "İstanbul ISTANBUL ı",
    "שלום", "مرحبا", "हिन्दी", "ไทย", "½ ² ③ Ⅷ", "🙂", "a🙂b", "€100 £5 ¥3", "∑∫≠≤", "→ ⇒ ✓", "—–-", "…", "x²+y²",
    "\u00a0non-breaking\u00a0space", "\u3000wide", "<|startoftext|>", "<|endoftext|>", "a<|endoftext|>b", "<|endoftext|", "<b>html</b> &amp;",
    "steel " * 74, "steel " * 75, "steel " * 76, "steel " * 77, "word " * 200, "x" * 300, "1" * 100,
    PROMPT, NEGATIVE,
]  # fmt: skip


def put(name, value):
    tensors[name] = np.ascontiguousarray(np.asarray(value, dtype=np.float32))


def schedulers():
    """Each step of each scheduler on predictions of which it knows nothing."""
    for prediction in ("epsilon", "v_prediction"):
        made = {
            "ddim": DDIMScheduler(**BETAS, clip_sample=False, set_alpha_to_one=False, steps_offset=1, prediction_type=prediction),
            "dpm-solver++": DPMSolverMultistepScheduler(**BETAS, prediction_type=prediction),
        }
        for name, scheduler in made.items():
            for steps, first in ((1, 0), (2, 0), (10, 0), (10, 4), (25, 0), (25, 10), (50, 0)):
                scheduler.set_timesteps(steps)
                if hasattr(scheduler, "set_begin_index"):
                    scheduler.set_begin_index(first)
                random = torch.Generator().manual_seed(steps + first)
                z = torch.randn(16, generator=random)
                predicted = torch.randn(steps - first, 16, generator=random)
                states = [z]
                for i, t in enumerate(scheduler.timesteps[first:]):
                    states.append(scheduler.step(predicted[i], t, states[-1], return_dict=False)[0])
                key = f"step.{name}.{prediction}.{steps}.{first}"
                put(f"{key}.timesteps", scheduler.timesteps.numpy())
                put(f"{key}.predicted", predicted.numpy())
                put(f"{key}.states", torch.stack(states).numpy())
            z, noise = torch.randn(2, 16, generator=random)
            scheduler.set_timesteps(10)
            if hasattr(scheduler, "set_begin_index"):
                scheduler.set_begin_index(4)
            put(f"noised.{name}.latents", z.numpy())
            put(f"noised.{name}.noise", noise.numpy())
            put(f"noised.{name}.noised", scheduler.add_noise(z[None], noise[None], scheduler.timesteps[4:5])[0].numpy())


def pipelines(model, tokenizer):
    parts = dict(
        vae=model.vae, text_encoder=model.text_encoder, tokenizer=tokenizer, unet=model.unet,
        safety_checker=None, feature_extractor=None, requires_safety_checker=False,
    )  # fmt: skip
    fields = {**BETAS, "prediction_type": model.scheduler["prediction_type"]}
    for name, scheduler in (
        ("ddim", DDIMScheduler(**fields, clip_sample=False, set_alpha_to_one=False, steps_offset=1)),
        ("dpm-solver++", DPMSolverMultistepScheduler(**fields)),
    ):
        pipeline = StableDiffusionPipeline(**parts, scheduler=scheduler)
        pipeline.set_progress_bar_config(disable=True)
        noise = torch.randn(2, 4, 8, 8, generator=torch.Generator().manual_seed(7))
        put(f"text-to-image.{name}.noise", noise.numpy())
        common = dict(prompt=[PROMPT] * 2, negative_prompt=[NEGATIVE] * 2, guidance_scale=7.5, num_inference_steps=20)
        latents = pipeline(**common, latents=noise.clone(), output_type="latent").images
        keep(f"text-to-image.{name}", model, latents, pipeline(**common, latents=noise.clone(), output_type="np").images)

        pipeline = StableDiffusionImg2ImgPipeline(**parts, scheduler=scheduler)
        pipeline.set_progress_bar_config(disable=True)
        pixels = (torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(9)) * 255).round()
        put("image-to-image.pixels", pixels.numpy())
        # The pipeline draws first what it samples from the encoder's distribution, then the noise.
        random = torch.Generator().manual_seed(11)
        put(f"image-to-image.{name}.posterior", torch.randn(2, 4, 8, 8, generator=random).numpy())
        put(f"image-to-image.{name}.noise", torch.randn(2, 4, 8, 8, generator=random).numpy())
        common |= dict(image=pixels / 255, strength=0.6)
        latents = pipeline(**common, generator=torch.Generator().manual_seed(11), output_type="latent").images
        keep(f"image-to-image.{name}", model, latents, pipeline(**common, generator=torch.Generator().manual_seed(11), output_type="np").images)


def keep(name, model, latents, images):
    """Pixels before they are cut off at black and white, since that would hide differences."""
    pixels = model.vae.decode(latents / model.vae.config.scaling_factor).sample
    shown = (pixels / 2 + 0.5).clamp(0, 1).permute(0, 2, 3, 1).numpy()
    assert np.abs(shown - images).max() < 1e-5, "these are not the pipeline's images"
    print(f"{name}: latents {latents.std():.3f}, pixels {pixels.mean():.3f} +- {pixels.std():.3f}, apart {(pixels[0] - pixels[1]).std():.3f}")
    put(f"{name}.latents", latents.numpy())
    put(f"{name}.decoded", pixels.numpy())


def export(folder, precision):
    """As a command of its own, since the names of a module's classes go into the bundle; compressed, to be small here."""
    folder.parent.mkdir(exist_ok=True)
    subprocess.run([sys.executable, EXPORT, "--tiny", "--precision", precision, "--out", folder], check=True)
    with zipfile.ZipFile(HERE / f"{folder.name}.zip", "w") as file:
        for path in sorted(folder.iterdir()):
            file.writestr(zipfile.ZipInfo(path.name), path.read_bytes(), zipfile.ZIP_DEFLATED, 9)


def main():
    scratch = HERE / "scratch"
    try:
        export(scratch / "tiny", "float32")
        export(scratch / "tiny-float16", "float16")
        model = export_stable_diffusion.tiny(scratch / "tokenizer", "epsilon")
        tokenizer = CLIPTokenizer(
            str(scratch / "tokenizer" / "vocab.json"), str(scratch / "tokenizer" / "merges.txt"), model_max_length=77
        )
        ids = [tokenizer(text, padding="max_length", truncation=True, max_length=77).input_ids for text in TEXTS]
        (HERE / "tokens.json").write_text(
            json.dumps([{"text": text, "ids": row} for text, row in zip(TEXTS, ids)], ensure_ascii=True, separators=(",", ":")) + "\n"
        )
        schedulers()
        pipelines(model, tokenizer)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    save_file(dict(sorted(tensors.items())), str(HERE / "golden.safetensors"))


if __name__ == "__main__":
    main()
