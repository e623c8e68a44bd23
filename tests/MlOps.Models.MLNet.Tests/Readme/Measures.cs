namespace MlOps.Readme;

public sealed record Measures(float SepalLength, float SepalWidth, float PetalLength, float PetalWidth);
