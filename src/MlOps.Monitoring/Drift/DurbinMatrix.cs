namespace MlOps.Monitoring.Drift;

/// <summary>Computes P(D &lt; d) of the one-sample Kolmogorov-Smirnov statistic from a power of the matrix of Durbin.</summary>
/// <remarks>Reference: G. Marsaglia, W. W. Tsang, J. Wang, <i>Evaluating Kolmogorov's distribution</i>, https://doi.org/10.18637/jss.v008.i18.</remarks>
internal static class DurbinMatrix
{
    private const int Shift = 128;
    private static readonly double s_large = Math.ScaleB(1, Shift);

    public static double Probability(int size, double statistic)
    {
        var scaled = size * statistic;
        var k = (int)Math.Ceiling(scaled);
        var order = (2 * k) - 1;
        var (power, exponent) = Power(Create(order, k - scaled), order, size, k - 1);
        var probability = power[((k - 1) * order) + k - 1];
        for (var i = 1; i <= size; i++)
        {
            probability = i * probability / size;
            if (probability < 1 / s_large)
            {
                probability *= s_large;
                exponent -= Shift;
            }
        }

        return Math.ScaleB(probability, exponent);
    }

    private static double[] Create(int order, double h)
    {
        var matrix = new double[order * order];
        var inverse = new double[order + 1];
        inverse[0] = 1;
        for (var i = 1; i <= order; i++)
        {
            inverse[i] = inverse[i - 1] / i;
        }

        for (var row = 0; row < order; row++)
        {
            for (var column = 0; column < order && column <= row + 1; column++)
            {
                matrix[(row * order) + column] = inverse[row - column + 1];
            }
        }

        for (var i = 0; i < order - 1; i++)
        {
            var edge = (1 - Math.Pow(h, i + 1)) * inverse[i + 1];
            matrix[i * order] = edge;
            matrix[((order - 1) * order) + order - 1 - i] = edge;
        }

        matrix[(order - 1) * order] = (1 - (2 * Math.Pow(h, order)) + Math.Pow(Math.Max((2 * h) - 1, 0), order)) * inverse[order];
        return matrix;
    }

    private static (double[] Power, int Exponent) Power(double[] matrix, int order, int power, int middle)
    {
        var result = new double[order * order];
        for (var i = 0; i < order; i++)
        {
            result[(i * order) + i] = 1;
        }

        var (exponent, matrixExponent) = (0, 0);
        for (; power > 0; power /= 2)
        {
            if (power % 2 == 1)
            {
                result = Multiply(result, matrix, order);
                exponent += matrixExponent;
            }

            matrix = Multiply(matrix, matrix, order);
            matrixExponent *= 2;
            if (matrix[(middle * order) + middle] > s_large)
            {
                for (var i = 0; i < matrix.Length; i++)
                {
                    matrix[i] /= s_large;
                }

                matrixExponent += Shift;
            }
        }

        return (result, exponent);
    }

    private static double[] Multiply(double[] left, double[] right, int order)
    {
        var product = new double[order * order];
        for (var row = 0; row < order; row++)
        {
            var target = product.AsSpan(row * order, order);
            for (var k = 0; k < order; k++)
            {
                var factor = left[(row * order) + k];
                var source = right.AsSpan(k * order, order);
                for (var column = 0; column < target.Length; column++)
                {
                    target[column] += factor * source[column];
                }
            }
        }

        return product;
    }
}
