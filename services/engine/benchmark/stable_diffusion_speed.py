"""The side of diffusers of the speed benchmark of stable-diffusion. StableDiffusionSpeedBenchmark.java starts it; it reads
`<sampler> <images> <steps>` lines and answers each with the seconds that so many images took: on the wall clock, then of the
processor.
"""

import pathlib
import sys
import tempfile
import time

import diffusers
import torch
from diffusers import DDIMScheduler, DPMSolverMultistepScheduler, StableDiffusionPipeline
from transformers import CLIPTokenizer

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "generation" / "export"))
import export_stable_diffusion  # noqa: E402

BETAS = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}


def main():
    threads, prompt, negative = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    torch.set_num_threads(threads)
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch) / "tokenizer"
        model = export_stable_diffusion.tiny(folder, "epsilon")
        tokenizer = CLIPTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"), model_max_length=77)
    schedulers = {
        "ddim": DDIMScheduler(**BETAS, clip_sample=False, set_alpha_to_one=False, steps_offset=1),
        "dpm-solver++": DPMSolverMultistepScheduler(**BETAS),
    }
    pipelines = {}
    for name, scheduler in schedulers.items():
        pipelines[name] = StableDiffusionPipeline(
            vae=model.vae.eval(), text_encoder=model.text_encoder.eval(), tokenizer=tokenizer, unet=model.unet.eval(),
            scheduler=scheduler, safety_checker=None, feature_extractor=None, requires_safety_checker=False,
        )  # fmt: skip
        pipelines[name].set_progress_bar_config(disable=True)
    print(f"diffusers {diffusers.__version__} on PyTorch {torch.__version__}", flush=True)
    for line in sys.stdin:
        sampler, images, steps = line.split()
        wall, processor = time.perf_counter(), time.process_time()
        made = pipelines[sampler](
            [prompt] * int(images), negative_prompt=[negative] * int(images), num_inference_steps=int(steps),
            guidance_scale=7.5, output_type="np",
        ).images  # fmt: skip
        (made * 255).round().astype("uint8")
        print(time.perf_counter() - wall)
        print(time.process_time() - processor, flush=True)


if __name__ == "__main__":
    main()
