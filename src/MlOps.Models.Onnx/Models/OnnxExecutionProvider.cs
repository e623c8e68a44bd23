namespace MlOps.Models;

/// <summary>Specifies the hardware that runs ONNX models.</summary>
public enum OnnxExecutionProvider
{
    /// <summary>The CPU.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU. It requires the package <c>Microsoft.ML.OnnxRuntime.Gpu</c>, CUDA and cuDNN.</summary>
    Cuda,
}
