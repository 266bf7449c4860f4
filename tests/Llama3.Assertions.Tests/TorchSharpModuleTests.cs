using Llama3.Checking.Judging;
using TorchSharp.Modules;
using Xunit.Sdk;

namespace Llama3.Assertions.Tests;

/// <summary>A port in TorchSharp, with <c>-p:TensorEngine=TorchSharp</c>: what its modules return is asserted as it is.</summary>
public sealed class TorchSharpModuleTests
{
    private const string Input = "layers.1.embedding_after_edit_normalized";
    private const string Output = "layers.1.output_after_feedforward";

    [Fact(DisplayName = "a module of TorchSharp that is right is close to the golden")]
    public void Right()
    {
        using var feedForward = new FeedForward(gate: "w1", down: "w2", up: "w3");
        feedForward.forward(Golden.For(Input).Tensor).Should().BeCloseTo(Golden.For(Output));
    }

    [Fact(DisplayName = "a module of TorchSharp with two weights exchanged fails, with the name of the mistake")]
    public void Wrong()
    {
        using var feedForward = new FeedForward(gate: "w3", down: "w2", up: "w1");
        var assertion = () => { feedForward.forward(Golden.For(Input).Tensor).Should().BeCloseTo(Golden.For(Output)); };
        assertion.Should().Throw<XunitException>().Which.Message.Should().Contain("w1_w3_swapped");
    }

    /// <summary>The port: SwiGLU of the micro model's second layer.</summary>
    private sealed class FeedForward : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _gate, _down, _up;

        public FeedForward(string gate, string down, string up)
            : base(nameof(FeedForward))
        {
            (_gate, _down, _up) = (Projection(gate), Projection(down), Projection(up));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x) => _down.forward(nn.functional.silu(_gate.forward(x)) * _up.forward(x));

        private static Linear Projection(string name)
        {
            var weight = Llama.Weight($"layers.1.feed_forward.{name}");
            var linear = nn.Linear(weight.shape[1], weight.shape[0], hasBias: false);
            linear.weight = nn.Parameter(weight.alias());
            return linear;
        }
    }
}
