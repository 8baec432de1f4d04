"""A language model of a few kilobytes that always gives the same answer, made without training."""

from itertools import pairwise
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

__all__ = ["make_tiny_model"]

_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
_SPECIAL = ["<|im_end|>", "<|im_start|>"]
_LINE_END = "Ċ"  # as ByteLevel writes it: the last token before an answer


def make_tiny_model(folder: Path, answer: str, is_endless: bool = False) -> Path:
    """Save a model in safetensors that says `answer`, whose characters must differ, whatever it is asked.

    Each token's vector is its own direction; attention and layers add nothing; the head turns the
    direction of one token into the next: what follows depends on the last token alone. An endless
    one starts again at its end.
    """
    assert len(set(answer)) == len(answer)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer = Tokenizer(models.BPE({letter: n for n, letter in enumerate(sorted(alphabet))}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=_SPECIAL[0], pad_token=_SPECIAL[0])
    fast.add_special_tokens({"additional_special_tokens": _SPECIAL[1:]})
    fast.add_tokens(list(answer))
    fast.chat_template = _TEMPLATE
    fast.save_pretrained(folder)
    spoken = [_LINE_END, *answer, answer[0] if is_endless else _SPECIAL[0]]
    ids = [fast.convert_tokens_to_ids(token) for token in spoken]
    config = Qwen2Config(
        vocab_size=len(fast),
        hidden_size=64,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=65536,
        tie_word_embeddings=False,
        bos_token_id=None,
        eos_token_id=fast.eos_token_id,
        pad_token_id=fast.pad_token_id,
    )
    model = Qwen2ForCausalLM(config)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "norm" not in name:
                weight.zero_()
        for place, (token, following) in enumerate(pairwise(ids)):
            model.model.embed_tokens.weight[token, place] = 1.0
            model.lm_head.weight[following, place] = 1.0
    model.save_pretrained(folder, safe_serialization=True)
    return folder
