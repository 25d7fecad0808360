"""Turns a Stable Diffusion model in the folder layout of diffusers into a bundle that Kumiai generates with.

    python3 export_stable_diffusion.py MODEL_FOLDER --out BUNDLE --licence LICENCE [--precision float16]
    python3 export_stable_diffusion.py --tiny --out BUNDLE

See README.md beside this file; docs/stable-diffusion.md says what a bundle is.
"""

import argparse
import hashlib
import io
import json
import os
import pathlib
import shutil
import sys
import warnings
import zipfile

import torch

MODULES = ("text_encoder.pt", "unet.pt", "vae_encoder.pt", "vae_decoder.pt")
TOLERANCE = {"float32": 1e-4, "float16": 3e-2}


class Refused(Exception):
    """The model cannot become a bundle; the message says why."""


def require(holds, message):
    if not holds:
        raise Refused(message)


# What is traced: the parts of a model, reduced to tensors in and one tensor out.


class TextEncoder(torch.nn.Module):
    """Tokens [samples, length] to hidden states [samples, length, width]."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, tokens):
        return self.model(tokens)[0]


class Unet(torch.nn.Module):
    """Latents [samples, 4, h, w], timesteps [samples] and text to a prediction like the latents."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, latents, timesteps, text):
        return self.model(latents, timesteps, encoder_hidden_states=text, return_dict=False)[0]


class VaeEncoder(torch.nn.Module):
    """Pixels in -1..1 [samples, 3, 8h, 8w] to mean and log variance of the latents [samples, 8, h, w]."""

    def __init__(self, vae):
        super().__init__()
        self.encoder = vae.encoder
        self.quant_conv = getattr(vae, "quant_conv", None) or torch.nn.Identity()

    def forward(self, pixels):
        return self.quant_conv(self.encoder(pixels))


class VaeDecoder(torch.nn.Module):
    """Latents [samples, 4, h, w] to pixels in about -1..1 [samples, 3, 8h, 8w]."""

    def __init__(self, vae):
        super().__init__()
        self.post_quant_conv = getattr(vae, "post_quant_conv", None) or torch.nn.Identity()
        self.decoder = vae.decoder

    def forward(self, latents):
        return self.decoder(self.post_quant_conv(latents))


# What is saved: a traced part that takes and gives float32 whatever it computes in.


class FromTokens(torch.nn.Module):
    def __init__(self, part, half):
        super().__init__()
        self.part = part

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        return self.part(tokens).float()


class FromFloats(torch.nn.Module):
    half: torch.jit.Final[bool]

    def __init__(self, part, half):
        super().__init__()
        self.part = part
        self.half = half

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.half:
            return self.part(x.half()).float()
        return self.part(x)


class FromLatents(torch.nn.Module):
    half: torch.jit.Final[bool]

    def __init__(self, part, half):
        super().__init__()
        self.part = part
        self.half = half

    def forward(self, latents: torch.Tensor, timesteps: torch.Tensor, text: torch.Tensor) -> torch.Tensor:
        if self.half:
            # Timesteps stay in float32, of which the model makes sines before it goes on in float16.
            return self.part(latents.half(), timesteps, text.half()).float()
        return self.part(latents, timesteps, text)


def graphs(traced):
    for name, module in traced.named_modules():
        if module._c._has_method("forward"):
            yield name, module.graph


def free_from_device(traced):
    """A trace remembers the device that it was made on wherever a model makes a tensor of its own (the causal
    mask, the frequencies of the time): those take the device of their module's input instead."""
    for name, graph in graphs(traced):
        fixed = [node for node in graph.findAllNodes("prim::Constant") if isinstance(node.output().type(), torch._C.DeviceObjType)]
        if not fixed:
            continue
        tensors = [value for value in graph.inputs() if isinstance(value.type(), torch._C.TensorType)]
        require(tensors, f"'{name}' makes tensors on a fixed device and has no input that tells it another")
        device = graph.create("prim::device", [tensors[0]], 1)
        device.output().setType(torch._C.DeviceObjType.get())
        graph.prependNode(device)
        for node in fixed:
            node.output().replaceAllUsesWith(device.output())


def to_half(traced):
    """Weights, casts and tensors that a model makes become float16, because a trace remembers float32 for them. The
    frequencies of the time are left in float32, as in the original: float16 cannot tell neighbouring timesteps apart
    after they are multiplied. So are sums and softmax where a model asks for float32."""
    FLOAT, HALF = 6, 5
    for name, graph in graphs(traced):
        if name.split(".")[-1] == "time_proj":
            continue
        for kind in ("to", "empty", "zeros", "ones", "full"):
            for node in graph.findAllNodes(f"aten::{kind}"):
                arguments = [argument.name for argument in torch._C.parse_schema(node.schema()).arguments]
                value = list(node.inputs())[arguments.index("dtype")] if "dtype" in arguments else None
                if value is not None and value.node().kind() == "prim::Constant" and value.toIValue() == FLOAT:
                    half = graph.insertConstant(HALF)
                    half.node().moveBefore(node)
                    node.replaceInput(arguments.index("dtype"), half)
    return traced.half()


def difference(found, expected):
    return float((found - expected).norm() / expected.norm())


def traced(part, boundary, precision, make_inputs):
    """Traces a part and requires that it does the same as the original for other inputs and batch sizes."""
    part = part.eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = torch.jit.trace(part, make_inputs(2), check_trace=False)
    free_from_device(module)
    # A traced module is specialised when it first runs, so it is checked as it will be loaded: fresh.
    whole = torch.jit.script(boundary(module, False))
    worst = max(difference(reloaded(whole)(*inputs), part(*inputs)) for inputs in map(make_inputs, (1, 3)))
    require(worst < TOLERANCE["float32"], f"{type(part).__name__}, traced, differs from the original by {worst:.1e}")
    if precision == "float16":
        # The traced module shares its weights with the original, which has to compute before they are rounded.
        inputs = make_inputs(2)
        expected = part(*inputs)
        whole = torch.jit.script(boundary(to_half(module), True))
        check_half(whole, type(part).__name__, inputs, expected)
    return whole


def reloaded(module):
    buffer = io.BytesIO()
    torch.jit.save(module, buffer)
    buffer.seek(0)
    return torch.jit.load(buffer)


def check_half(whole, name, inputs, expected):
    """Where this PyTorch computes in float16 at all: on GPUs, and on CPUs since 2.3 or so."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        half = reloaded(whole).to(device)(*(x.to(device) for x in inputs)).cpu()
    except RuntimeError as error:
        if "not implemented for 'Half'" not in str(error):
            raise
        print(f"{name}: float16 is not checked, because PyTorch {torch.__version__} has it on GPUs alone", file=sys.stderr)
        return
    error = difference(half, expected)
    require(error < TOLERANCE["float16"], f"{name} in float16 differs from float32 by {error:.1e}: export it in float32")


def save(module, path):
    """Leaves out the debug records, which hold the paths of this machine."""
    buffer = path.with_suffix(".whole")
    torch.jit.save(module, str(buffer))
    with zipfile.ZipFile(buffer) as whole, zipfile.ZipFile(path, "w") as file:
        for entry in whole.infolist():
            if not entry.filename.endswith(".debug_pkl"):
                with whole.open(entry) as source, file.open(entry, "w", force_zip64=True) as target:
                    shutil.copyfileobj(source, target, 1 << 20)
    buffer.unlink()


# The model that is exported.


class Model:
    def __init__(self, text_encoder, unet, vae, scheduler, tokenizer):
        """scheduler: the fields of scheduler_config.json; tokenizer: the folder with vocab.json and merges.txt."""
        self.text_encoder, self.unet, self.vae = text_encoder, unet, vae
        self.scheduler, self.tokenizer = scheduler, tokenizer

    @staticmethod
    def load(folder):
        from diffusers import AutoencoderKL, UNet2DConditionModel
        from transformers import CLIPTextModel

        require((folder / "unet").is_dir(), f"{folder} is no model in the layout of diffusers: it has no folder 'unet'")
        return Model(
            CLIPTextModel.from_pretrained(folder / "text_encoder", torch_dtype=torch.float32),
            UNet2DConditionModel.from_pretrained(folder / "unet", torch_dtype=torch.float32),
            AutoencoderKL.from_pretrained(folder / "vae", torch_dtype=torch.float32),
            json.loads((folder / "scheduler" / "scheduler_config.json").read_text()),
            folder / "tokenizer",
        )

    def require_known(self):
        unet, vae, scheduler = self.unet.config, self.vae.config, self.scheduler
        require(
            unet.in_channels == unet.out_channels == vae.latent_channels,
            f"the UNet takes {unet.in_channels} channels and not the {vae.latent_channels} of the latents: only text-to-image models are exported",
        )
        for field in ("class_embed_type", "addition_embed_type", "encoder_hid_dim_type", "time_cond_proj_dim"):
            require(getattr(unet, field, None) is None, f"the UNet has a {field}, which is not exported")
        require(getattr(vae, "shift_factor", None) is None, "latents with a shift factor are not exported")
        require(not getattr(self.text_encoder.config, "use_attention_mask", False), "a text encoder with an attention mask is not exported")
        for field, default in (("clip_sample", self.is_ddim()), ("thresholding", False), ("rescale_betas_zero_snr", False), ("trained_betas", None)):
            require(not scheduler.get(field, default), f"the scheduler has '{field}', which is not exported")
        require(
            scheduler.get("prediction_type", "epsilon") in ("epsilon", "v_prediction"),
            f"the model predicts '{scheduler.get('prediction_type')}': only epsilon and v_prediction are exported",
        )
        require(
            scheduler.get("beta_schedule") in ("scaled_linear", "linear"),
            f"the beta schedule is '{scheduler.get('beta_schedule')}': only scaled_linear and linear are exported",
        )

    def is_ddim(self):
        """Fields that a file leaves out have the defaults of its class, and DDIM's are others than PNDM's."""
        return self.scheduler.get("_class_name") == "DDIMScheduler"

    def token_length(self):
        return self.text_encoder.config.max_position_embeddings

    def pad_token(self):
        for name in ("special_tokens_map.json", "tokenizer_config.json"):
            file = self.tokenizer / name
            if file.exists():
                token = json.loads(file.read_text(encoding="utf-8")).get("pad_token")
                if token is not None:
                    return token["content"] if isinstance(token, dict) else token
        return "<|endoftext|>"

    def modules(self, image_size, precision):
        """(name, module) one after the other: a large model fits into memory once, not four times."""
        random = torch.Generator().manual_seed(1)
        latent = image_size // self.pixels_per_latent()
        channels = self.vae.config.latent_channels
        text = self.text_encoder.config

        def normal(*shape):
            return torch.randn(shape, generator=random)

        def tokens(samples):
            return (torch.randint(0, text.vocab_size, (samples, self.token_length()), generator=random),)

        def latents(samples):
            times = torch.randint(0, 1000, (samples,), generator=random).float()
            return normal(samples, channels, latent, latent), times, normal(samples, self.token_length(), text.hidden_size)

        yield MODULES[0], traced(TextEncoder(self.text_encoder), FromTokens, precision, tokens)
        yield MODULES[1], traced(Unet(self.unet), FromLatents, precision, latents)
        yield MODULES[2], traced(VaeEncoder(self.vae), FromFloats, precision, lambda n: (normal(n, 3, image_size, image_size).clamp(-1, 1),))
        yield MODULES[3], traced(VaeDecoder(self.vae), FromFloats, precision, lambda n: (normal(n, channels, latent, latent),))

    def pixels_per_latent(self):
        return 2 ** (len(self.vae.config.block_out_channels) - 1)

    def manifest(self, image_size, precision, sampler, licence, source):
        scheduler = self.scheduler
        return {
            "kind": "stable-diffusion",
            "version": 1,
            "source": source,
            "licence": licence,
            "precision": precision,
            "imageSize": image_size,
            "latentSize": image_size // self.pixels_per_latent(),
            "latentChannels": self.vae.config.latent_channels,
            "latentScale": self.vae.config.scaling_factor,
            "textWidth": self.text_encoder.config.hidden_size,
            "tokenLength": self.token_length(),
            "padToken": self.pad_token(),
            "prediction": scheduler.get("prediction_type") or "epsilon",
            "betas": {
                "schedule": scheduler["beta_schedule"],
                "start": scheduler["beta_start"],
                "end": scheduler["beta_end"],
                "steps": scheduler["num_train_timesteps"],
            },
            "ddim": {
                "stepsOffset": scheduler.get("steps_offset", 0),
                "lastAlphaIsOne": scheduler.get("set_alpha_to_one", self.is_ddim()),
            },
            "sampler": sampler or ("ddim" if self.is_ddim() else "dpm-solver++"),
        }


# A small random model of the same architecture, for tests.

WORDS = """a photo of the cast metal surface with crack cold shut inclusion pit porosity scratch sound stain under bright
dim warm light rough smooth grain steel iron aluminium blurry noise dark low quality close up view severe slight defect""".split()


def byte_symbols():
    """Printable stand-ins for the 256 bytes, as of GPT-2's byte-level BPE."""
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("\u00a1"), ord("\u00ac") + 1), *range(ord("\u00ae"), ord("\u00ff") + 1)]
    others = [byte for byte in range(256) if byte not in printable]
    return [chr(byte) for byte in printable] + [chr(256 + n) for n in range(len(others))]


def learn_merges(words, count):
    """Byte pair encoding (Sennrich et al. 2016): joins the most frequent pair again and again."""
    spelled = [[*word[:-1], word[-1] + "</w>"] for word in words]
    merges = []
    while len(merges) < count:
        pairs = {}
        for word in spelled:
            for pair in zip(word, word[1:]):
                pairs[pair] = pairs.get(pair, 0) + 1
        if not pairs:
            break
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        merges.append(best)
        for word in spelled:
            at = 0
            while at < len(word) - 1:
                if (word[at], word[at + 1]) == best:
                    word[at : at + 2] = [word[at] + word[at + 1]]
                at += 1
    return merges


def write_tiny_tokenizer(folder):
    """A vocabulary in the form of CLIP's: bytes, bytes that end a word, merges, start and end."""
    folder.mkdir(parents=True)
    symbols = byte_symbols()
    merges = learn_merges(WORDS, 150)
    entries = [*symbols, *(s + "</w>" for s in symbols), *(a + b for a, b in merges), "<|startoftext|>", "<|endoftext|>"]
    vocabulary = {entry: index for index, entry in enumerate(dict.fromkeys(entries))}
    write_text(folder / "vocab.json", json.dumps(vocabulary, ensure_ascii=False, separators=(",", ":")) + "\n")
    write_text(folder / "merges.txt", "#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges))
    return len(vocabulary)


def write_text(path, text):
    path.write_bytes(text.encode("utf-8"))


def tiny(tokenizer, prediction):
    """The architecture of Stable Diffusion 1.5, block for block, with few channels and random weights."""
    from diffusers import AutoencoderKL, UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel

    vocabulary = write_tiny_tokenizer(tokenizer)
    torch.manual_seed(20231207)
    text = CLIPTextModel(
        CLIPTextConfig(
            vocab_size=vocabulary, hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2,
            max_position_embeddings=77, hidden_act="quick_gelu", bos_token_id=vocabulary - 2, eos_token_id=vocabulary - 1,
            # The library's own starting weights are so small that every prompt would look the same.
            initializer_range=0.5,
        )
    )  # fmt: skip
    unet = UNet2DConditionModel(
        sample_size=8, in_channels=4, out_channels=4, layers_per_block=1, block_out_channels=(8, 8, 16, 16),
        down_block_types=("CrossAttnDownBlock2D",) * 3 + ("DownBlock2D",),
        up_block_types=("UpBlock2D",) + ("CrossAttnUpBlock2D",) * 3,
        cross_attention_dim=16, attention_head_dim=2, norm_num_groups=4,
    )  # fmt: skip
    vae = AutoencoderKL(
        block_out_channels=(4, 4, 8, 8), down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=1, latent_channels=4, norm_num_groups=2, sample_size=64, scaling_factor=0.18215,
    )  # fmt: skip
    scheduler = {
        "_class_name": "PNDMScheduler", "beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012,
        "num_train_timesteps": 1000, "set_alpha_to_one": False, "steps_offset": 1, "prediction_type": prediction,
    }  # fmt: skip
    return Model(text, unet, vae, scheduler, tokenizer)


# The bundle.


def export(model, folder, manifest, image_size, precision):
    files = {}
    for name, module in model.modules(image_size, precision):
        save(module, folder / name)
        print(f"{name}: {os.path.getsize(folder / name) / 1e6:.1f} MB", file=sys.stderr)
    for name in ("vocab.json", "merges.txt"):
        require((model.tokenizer / name).exists(), f"the tokenizer has no {name}")
        shutil.copyfile(model.tokenizer / name, folder / name)
    for name in (*MODULES, "vocab.json", "merges.txt"):
        files[name] = {"sha256": sha256(folder / name), "bytes": os.path.getsize(folder / name)}
    write_text(folder / "manifest.json", json.dumps({**manifest, "files": files}, indent=2, ensure_ascii=False) + "\n")


def sha256(path):
    running = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            running.update(block)
    return running.hexdigest()


def zipped(folder, target):
    """Stored, not compressed: weights do not get smaller."""
    with zipfile.ZipFile(target, "w", allowZip64=True) as file:
        for path in sorted(folder.iterdir()):
            with open(path, "rb") as source, file.open(zipfile.ZipInfo(path.name), "w", force_zip64=True) as entry:
                shutil.copyfileobj(source, entry, 1 << 20)


def arguments(argv):
    parser = argparse.ArgumentParser(description="Exports a diffusers model folder as a bundle for Kumiai.")
    parser.add_argument("model", nargs="?", type=pathlib.Path, help="the model's folder, with unet, vae, text_encoder, tokenizer, scheduler")
    parser.add_argument("--tiny", action="store_true", help="export a small random model instead, for tests")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="the bundle: a folder, or a zip if it ends with .zip")
    parser.add_argument("--licence", help="the terms that the model is under")
    parser.add_argument("--precision", choices=("float32", "float16"), default="float32", help="float16 is for GPUs")
    parser.add_argument("--image-size", type=int, help="side of the images in pixels (default: the model's)")
    parser.add_argument("--sampler", choices=("ddim", "dpm-solver++"), help="default: ddim for models that come with it, else dpm-solver++")
    parser.add_argument("--prediction", choices=("epsilon", "v_prediction"), default="epsilon", help="of the tiny model")
    options = parser.parse_args(argv)
    if options.tiny == (options.model is not None):
        parser.error("name a model folder or --tiny")
    if not options.tiny and not options.licence:
        parser.error("--licence is missing: the licence of the weights goes into the manifest")
    return options


def main(argv):
    options = arguments(argv)
    require(not options.out.exists(), f"{options.out} exists: name another, bundles are never overwritten")
    partial = options.out.with_name(options.out.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    folder = partial / "bundle"
    folder.mkdir(parents=True)
    torch.set_grad_enabled(False)
    try:
        model = tiny(partial / "tokenizer", options.prediction) if options.tiny else Model.load(options.model)
        model.require_known()
        image_size = options.image_size or model.unet.config.sample_size * model.pixels_per_latent()
        require(image_size % model.pixels_per_latent() == 0, f"the image size is no multiple of {model.pixels_per_latent()}")
        manifest = model.manifest(
            image_size,
            options.precision,
            options.sampler,
            options.licence or "Apache-2.0",
            "random weights" if options.tiny else options.model.resolve().name,
        )
        export(model, folder, manifest, image_size, options.precision)
        digest = sha256(folder / "manifest.json")
        if options.out.suffix == ".zip":
            zipped(folder, partial / "zip")
            (partial / "zip").rename(options.out)
        else:
            folder.rename(options.out)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    print(f"sha256:{digest}")
    return model


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Refused as refusal:
        sys.exit(f"not exported: {refusal}")
