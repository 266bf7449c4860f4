using System.Text;
using Llama3.Reference.Checking;
using Llama3.Reference.Checkpoints;

namespace Llama3.Reference.Tests;

/// <summary>What the notebooks printed, as values.</summary>
internal static class Printed
{
    /// <summary>The config of Meta-Llama-3-8B.</summary>
    public static ModelParams Config { get; } = ModelParams.Read(
        new MemoryStream(Encoding.UTF8.GetBytes(ArticleFacts.All["config"].Value.GetRawText())), "the printed config");

    /// <summary>The value of a fact.</summary>
    public static T Fact<T>(string id) => ArticleFacts.All[id].As<T>();
}
